import type { Platform } from '../../../platform.ts';
import { serviceModel } from '../../../protocol/models.ts';
import type { Request } from '../records.ts';
import type { EmitStateChange } from '../state-change-events.ts';
import { now, type Store } from '../store.ts';
import { inTypesOf } from './coerce.ts';
import { holds, type Condition } from './conditions.ts';
import { parseDefinition, placedSteps, STEP_OPERATIONS, type PlacedStep, type Step } from './definition.ts';
import { executionChanged, stepChanged } from './events.ts';
import { ExecutionSession } from './execution-scope.ts';
import { resolveExpressions } from './expressions.ts';
import { callFailure, jobFailure, StepFailure } from './failure.ts';
import { isRunning, type ExecutionRecord, type StepRecord } from './records.ts';
import { retryAt } from './retries.ts';
import { cachedResult, requestDigest } from './step-cache.ts';
import { STEP_SUBJECTS, subjectName } from './step-types.ts';

/** How often running jobs are looked at. */
const POLL_MS = 500;
const MOST_STEPS = 50;
const STEPS_FAILED = 'Step failure: One or multiple steps failed.';

/**
 * Carries executions out. What it knows is in the record of the execution on disk, and the name of a job is written there before the
 * job is started: after a restart of the gateway it looks for the jobs and goes on.
 */
export class PipelineExecutor {
  readonly #platform: Platform;
  readonly #executions: Store<ExecutionRecord>;
  readonly #emit: EmitStateChange;
  readonly #driven = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(platform: Platform, executions: Store<ExecutionRecord>, emit: EmitStateChange) {
    this.#platform = platform;
    this.#executions = executions;
    this.#emit = emit;
    platform.onShutdown(async () => {
      this.#stop.abort();
      await Promise.all(this.#driven.values());
    });
    for (const execution of executions.all()) if (isRunning(execution)) this.drive(execution);
  }

  /** Carries an execution out until it has ended; one that is under way already is left alone. */
  drive(execution: ExecutionRecord): void {
    if (this.#driven.has(execution.name)) return;
    // What cannot be written (a full disk) is taken up again at the next start.
    const driven = this.#run(execution)
      .catch(() => undefined)
      .finally(() => this.#driven.delete(execution.name));
    this.#driven.set(execution.name, driven);
  }

  async #run(execution: ExecutionRecord): Promise<void> {
    const all = placedSteps(parseDefinition(execution.definition).Steps);
    const steps = all.filter(({ step }) => execution.selected?.includes(step.Name) !== false);
    const session = new ExecutionSession(this.#platform, execution, all);
    // The gateway may still be on its way to answering anybody.
    await this.#pause(0);
    while (isRunning(execution) && !this.#stop.signal.aborted) {
      try {
        await this.#advance(execution, steps, session);
      } catch (error) {
        this.#end(execution, 'Failed', `InternalError: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (isRunning(execution)) await this.#pause(POLL_MS);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#stop.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#stop.signal.addEventListener('abort', done);
    });
  }

  async #advance(execution: ExecutionRecord, steps: readonly PlacedStep[], session: ExecutionSession): Promise<void> {
    const recorded = (): StepRecord[] => Object.values(execution.steps);
    await Promise.all(recorded().map((step) => this.#look(execution, step, steps, session)));
    const halted = (): boolean => execution.status === 'Stopping' || recorded().some(({ status }) => status === 'Failed');
    for (let started = true; started && !halted() && !this.#stop.signal.aborted;) {
      const running = recorded().filter(({ status }) => status === 'Executing').length;
      const room = (execution.parallelism?.MaxParallelExecutionSteps ?? MOST_STEPS) - running;
      const ready = steps.filter((placed) => isReady(execution, placed)).slice(0, Math.max(0, room));
      await Promise.all(ready.map(({ step }) => this.#begin(execution, step, session)));
      // Conditions and models are done at once: what waited for them can start in the same turn.
      started = ready.length > 0;
    }
    if (this.#stop.signal.aborted || recorded().some(({ status }) => ['Executing', 'Stopping'].includes(status))) return;
    if (execution.status === 'Stopping') {
      for (const step of recorded()) if (step.status === 'Starting') this.#settle(execution, step, 'Stopped');
      this.#end(execution, 'Stopped');
    } else if (recorded().some(({ status }) => status === 'Failed')) this.#end(execution, 'Failed', STEPS_FAILED);
    else if (!recorded().some(({ status }) => status === 'Starting')) this.#end(execution, 'Succeeded');
  }

  /** A job that runs is asked how it is, and stopped with its execution. */
  async #look(execution: ExecutionRecord, record: StepRecord, steps: readonly PlacedStep[], session: ExecutionSession): Promise<void> {
    if ((record.status !== 'Executing' && record.status !== 'Stopping') || record.type === 'Condition' || record.type === 'Fail') return;
    const subject = STEP_SUBJECTS[record.type];
    const client = await session.client();
    if (execution.status === 'Stopping' && record.status === 'Executing') {
      // It may have ended a moment ago.
      await subject.stop?.(client, record.subject ?? '').catch(() => undefined);
      this.#settle(execution, record, 'Stopping');
    }
    const description = await subject.describe(client, record.subject ?? '').catch((error: unknown) => {
      const failure = callFailure(`Describe${subject.metadata}`, error);
      // What the role may not see it never will; anything else is asked again.
      if (failure.type === undefined) this.#failed(execution, record, steps, failure);
      return undefined;
    });
    const status = description?.[subject.status ?? ''];
    if (status === 'Completed') this.#settle(execution, record, 'Succeeded');
    else if (status === 'Stopped') {
      if (execution.status === 'Stopping') this.#settle(execution, record, 'Stopped');
      else this.#failed(execution, record, steps, new StepFailure('ClientError: The job was stopped.'));
    } else if (status === 'Failed') {
      this.#failed(execution, record, steps, jobFailure((description?.['FailureReason'] as string | undefined) ?? 'The job failed.'));
    }
  }

  async #begin(execution: ExecutionRecord, step: Step, session: ExecutionSession): Promise<void> {
    const found = execution.steps[step.Name];
    const resumed = found?.subject !== undefined;
    const record: StepRecord = found ?? {
      name: step.Name,
      type: step.Type,
      ...(step.DisplayName === undefined ? {} : { displayName: step.DisplayName }),
      ...(step.Description === undefined ? {} : { description: step.Description }),
      status: 'Starting',
      startTime: now(),
      attempts: 0,
    };
    execution.steps[step.Name] = record;
    if (found === undefined) this.#changed(execution, record, undefined);
    try {
      if (step.Type === 'Condition') {
        const conditions = (await resolveExpressions(step.Arguments['Conditions'], session)) as Condition[];
        record.outcome = conditions.every(holds);
        this.#settle(execution, record, 'Succeeded');
      } else if (step.Type === 'Fail') {
        record.errorMessage = String(await resolveExpressions(step.Arguments['ErrorMessage'] ?? '', session));
        throw new StepFailure(record.errorMessage);
      } else await this.#call(execution, step, record, session, resumed);
    } catch (error) {
      this.#failed(execution, record, [{ step, needs: [] }], error);
    }
  }

  async #call(execution: ExecutionRecord, step: Step, record: StepRecord, session: ExecutionSession, resumed: boolean): Promise<void> {
    if (record.type === 'Condition' || record.type === 'Fail') return;
    const subject = STEP_SUBJECTS[record.type];
    const operation = STEP_OPERATIONS[step.Type] ?? '';
    const client = await session.client().catch((error: unknown) => {
      throw callFailure(operation, error);
    });
    const resolved = (await resolveExpressions(step.Arguments, session)) as Request;
    const request = inTypesOf(serviceModel('sagemaker').operations[operation]?.input?.shape ?? '', resolved) as Request;
    record.digest = requestDigest(step.Type, request);
    const cached = subject.cacheable && !resumed ? cachedResult(this.#executions, execution, step, record.digest) : undefined;
    if (cached !== undefined) {
      Object.assign(record, { subject: cached.step.subject, arn: cached.step.arn, cachedFrom: cached.arn });
      this.#settle(execution, record, 'Succeeded');
      return;
    }
    const given = subject.name === undefined ? undefined : (request[subject.name] as string | undefined);
    record.subject ??= subjectName(subject, execution.name, step.Name, given);
    this.#executions.save(execution);
    const known = resumed && subject.name !== undefined ? await subject.describe(client, record.subject).catch(() => undefined) : undefined;
    if (known === undefined) {
      record.attempts += 1;
      const named = { [subject.name ?? 'ClientToken']: record.subject };
      record.arn = await subject.start(client, { ...request, ...named }).catch((error: unknown) => {
        throw callFailure(operation, error);
      });
    } else
      record.arn = Object.entries(known).find(([field]) => field === `${subject.metadata}Arn` || field.endsWith('JobArn'))?.[1] as string;
    if (subject.name === undefined) record.subject = record.arn;
    this.#settle(execution, record, subject.status === undefined ? 'Succeeded' : 'Executing');
  }

  #failed(execution: ExecutionRecord, record: StepRecord, steps: readonly PlacedStep[], thrown: unknown): void {
    if (this.#stop.signal.aborted) return;
    const failure = thrown instanceof StepFailure ? thrown : new StepFailure(`InternalError: ${String(thrown)}`);
    const policies = steps.find(({ step }) => step.Name === record.name)?.step.RetryPolicies ?? [];
    const again = execution.status === 'Stopping' ? undefined : retryAt(failure.type, policies, record, now());
    if (again !== undefined) {
      delete record.subject;
      record.retryAt = again;
      this.#settle(execution, record, 'Starting');
      return;
    }
    record.failureReason = failure.message;
    this.#settle(execution, record, 'Failed');
  }

  #settle(execution: ExecutionRecord, record: StepRecord, status: StepRecord['status']): void {
    const before = record.status;
    record.status = status;
    if (['Succeeded', 'Failed', 'Stopped'].includes(status)) record.endTime = now();
    this.#changed(execution, record, before);
  }

  #changed(execution: ExecutionRecord, record: StepRecord, before: StepRecord['status'] | undefined): void {
    this.#executions.save(execution);
    this.#emit(stepChanged(execution, record, before));
  }

  #end(execution: ExecutionRecord, status: ExecutionRecord['status'], failureReason?: string): void {
    const before = execution.status;
    execution.status = status;
    if (failureReason !== undefined) execution.failureReason = failureReason;
    this.#executions.save(execution);
    this.#emit(executionChanged(execution, before));
  }
}

function isReady(execution: ExecutionRecord, { step, needs, within }: PlacedStep): boolean {
  const record = execution.steps[step.Name];
  if (record !== undefined && (record.status !== 'Starting' || (record.retryAt ?? 0) > now())) return false;
  const branch = within === undefined ? undefined : execution.steps[within.condition];
  if (within !== undefined && (branch?.status !== 'Succeeded' || branch.outcome !== within.branch)) return false;
  return needs.every((name) => execution.steps[name]?.status === 'Succeeded');
}
