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
    const wanted = new Map<string, { count: number; field: string }>();
    const findings: Finding[] = [];
    for (const { value, count, field, operation } of asked.facts.instances) {
      const usage = USAGE.find(([operations]) => operations.test(operation))?.[1];
      if (usage === undefined) {
        findings.push(unknown(`No quota is known by which ${operation} counts ${value}.`, field));
        continue;
      }
      const name = `${value} for ${usage} usage`;
      wanted.set(name, { count: (wanted.get(name)?.count ?? 0) + count, field });
    }
    if (wanted.size === 0) return findings;
    const quotas = await quotasNamed(asked, new Set(wanted.keys()));
    for (const [name, { count, field }] of wanted) {
      const most = quotas.get(name);
      findings.push(
        most === undefined
          ? unknown(`Service Quotas has none named “${name}”.`, field)
          : most < count
            ? problem(
                `${name}: ${count} asked for, ${most} allowed in this account and Region.`,
                'Take another instance type or fewer instances, or ask your administrator to have the quota raised.',
                field,
              )
            : ok(`${name}: ${count} of ${most}; what runs already counts too.`, field),
      );
    }
    return findings;
  },
};

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
