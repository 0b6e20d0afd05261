import { reason } from '../../../posture/check.ts';
import { ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';

/** How Service Quotas names what an operation uses: `ml.m5.large for training job usage`. */
const USAGE: readonly (readonly [RegExp, string])[] = [
  [/TrainingJob|HyperParameterTuningJob/, 'training job'],
  [/ProcessingJob|MonitoringSchedule|JobDefinition/, 'processing job'],
  [/TransformJob/, 'transform job'],
  [/EndpointConfig|InferenceComponent/, 'endpoint'],
  [/NotebookInstance/, 'notebook instance'],
];

/** The account's quota for each instance type covers the request. What runs already is not counted by AWS's answer. */
export const quota: PreflightCheck = {
  name: 'quota',
  async ask(asked) {
    const wanted = new Map<string, Wanted>();
    const findings: Finding[] = [];
    for (const { value, count, field, operation, byPipeline } of asked.facts.instances) {
      const usage = USAGE.find(([operations]) => operations.test(operation))?.[1];
      if (usage === undefined) {
        findings.push(unknown(`No quota is known by which ${operation} counts ${value}.`, field));
        continue;
      }
      const name = `${value} for ${usage} usage`;
      const before = wanted.get(name)?.count ?? 0;
      // Steps may run one after the other: the largest is sure to count.
      wanted.set(name, { count: byPipeline ? Math.max(before, count) : before + count, field, later: byPipeline || LATER.test(operation) });
    }
    if (wanted.size === 0) return findings;
    const quotas = await answered(asked, new Set(wanted.keys()));
    for (const [name, one] of wanted)
      findings.push(typeof quotas === 'string' ? unasked(quotas, name, one) : compared(quotas.get(name), name, one));
    return findings;
  },
};

interface Wanted {
  readonly count: number;
  readonly field: string;
  /** Whether the instances are asked for by something that the submission starts. */
  readonly later: boolean;
}

/** These start jobs of their own. */
const LATER = /HyperParameterTuningJob|AutoMLJob|MonitoringSchedule|JobDefinition/;

/** The quotas; or why they could not be asked, as a sentence. */
async function answered(asked: Asked, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number> | string> {
  if (!(await asked.reaches('servicequotas'))) return 'Service Quotas cannot be asked from inside the network.';
  try {
    return await quotasNamed(asked, names);
  } catch (error) {
    if (asked.signal.aborted) throw error;
    return reason(error);
  }
}

/** Error and moment: `ResourceLimitExceeded` of CreateTrainingJob and its like, SageMaker API reference. */
const unasked = (why: string, name: string, { count, field, later }: Wanted): Finding =>
  unknown(
    `${name}: ${count} asked for. ${why} Where it is more than the account’s quota, SageMaker refuses with ResourceLimitExceeded, ${
      later ? 'when the job that needs it is started' : 'at the submission, before anything starts'
    }.`,
    field,
  );

function compared(most: number | undefined, name: string, { count, field }: Wanted): Finding {
  if (most === undefined) return unknown(`Service Quotas has none named “${name}”.`, field);
  return most < count
    ? problem(
        `${name}: ${count} asked for, ${most} allowed in this account and Region.`,
        'Take another instance type or fewer instances, or ask your administrator to have the quota raised.',
        field,
      )
    : ok(`${name}: ${count} of ${most}; what runs already counts too.`, field);
}

/** SageMaker has a few thousand quotas, and no answer by name: pages are read until all that are wanted were seen. */
async function quotasNamed({ context, signal }: Asked, names: ReadonlySet<string>): Promise<Map<string, number>> {
  const [client, { ListServiceQuotasCommand }] = await Promise.all([
    context.clients.serviceQuotas(),
    import('../../../clients/service-quotas.ts'),
  ]);
  const found = new Map<string, number>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListServiceQuotasCommand({ ServiceCode: 'sagemaker', MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
      { abortSignal: signal },
    );
    for (const { QuotaName, Value } of page.Quotas ?? [])
      if (QuotaName !== undefined && Value !== undefined && names.has(QuotaName)) found.set(QuotaName, Value);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.size < names.size);
  return found;
}
