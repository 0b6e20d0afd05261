import { endSignal } from '../../context.ts';
import type { LabContext } from '../../context.ts';
import { SealabError } from '../../contract/index.ts';
import { refuseUnknown } from '../../jobs/options.ts';
import { displayable, preflightView } from '../../notebook/display.ts';
import { reason } from '../../posture/check.ts';
import { waitEnded } from '../../waiting/sleep.ts';
import type { LabRequest, Preflight, PreflightFinding, PreflightOptions } from '../api.ts';
import { plannedCalls } from '../plan.ts';
import { unknown } from './check.ts';
import type { Asked, Finding, PreflightCheck } from './check.ts';
import { askedFor } from './asked.ts';
import { CHECKS } from './checks/index.ts';
import { factsOf } from './facts.ts';

const SECONDS = 4;

/**
 * What would fail after the submission, found before it. Every check runs beside the others and for a bounded time. They read; the
 * one that has to write to know, the upload, leaves nothing behind.
 */
export async function preflight(context: LabContext, request: LabRequest, options: PreflightOptions = {}): Promise<Preflight> {
  refuseUnknown('lab.preflight', options, { timeout: true, signal: true });
  const { timeout = SECONDS } = options;
  if (!(timeout > 0 && timeout <= 600))
    throw new SealabError('InvalidInput', `timeout: ${timeout} is not a number of seconds up to 600.`, { details: { field: 'timeout' } });
  const ended = endSignal(context, options.signal);
  const facts = factsOf(await plannedCalls(context, request), context.environment);
  const over = new AbortController();
  const asked = askedFor(context, request, facts, AbortSignal.any([ended, over.signal]), timeout * 1000);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      over.abort();
      resolve('late');
    }, timeout * 1000);
  });
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(waitEnded(ended));
    ended.addEventListener('abort', stop, { once: true });
  });
  try {
    const found = await Promise.race([stopped, Promise.all(CHECKS.map((check) => run(check, asked, late, timeout)))]);
    return resultOf(found.flat());
  } finally {
    clearTimeout(timer);
    // Requests of checks that were given up end too.
    over.abort();
    // The lab's own signal outlives this.
    if (stop !== undefined) ended.removeEventListener('abort', stop);
  }
}

async function run(check: PreflightCheck, asked: Asked, late: Promise<'late'>, timeout: number): Promise<PreflightFinding[]> {
  const look = async (): Promise<readonly Finding[]> => {
    try {
      return await check.ask(asked);
    } catch (error) {
      return [unknown(asked.signal.aborted ? tooLate(timeout) : reason(error))];
    }
  };
  const found = await Promise.race([look(), late]);
  return (found === 'late' ? [unknown(tooLate(timeout))] : found).map((finding) => ({ check: check.name, ...finding }));
}

const tooLate = (timeout: number) => `No answer within ${timeout} s.`;

function resultOf(findings: readonly PreflightFinding[]): Preflight {
  const count = (wanted: string) => findings.filter(({ status }) => status === wanted).length;
  const problems = count('problem');
  const result: Preflight = { ok: problems === 0, problems, unknown: count('unknown'), findings };
  return displayable(result, () => preflightView(result));
}

/** Refuses to go on where a check found a problem. */
export function refuseProblems({ findings, problems }: Preflight): void {
  if (problems === 0) return;
  const found = findings.filter(({ status }) => status === 'problem');
  throw new SealabError('InvalidInput', `This would fail:\n${found.map(({ check, finding }) => `${check}: ${finding}`).join('\n')}`, {
    ...(found[0]?.remedy === undefined ? {} : { remedy: found[0].remedy }),
    details: { findings: found },
  });
}
