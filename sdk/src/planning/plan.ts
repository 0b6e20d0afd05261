import type { LabContext } from '../context.ts';
import { refuse } from '../jobs/options.ts';
import { displayable, planView } from '../notebook/display.ts';
import { processingCalls } from '../processing/process.ts';
import { trainingCalls } from '../training/train.ts';
import type { LabRequest, Plan, PlannedCall } from './api.ts';
import { plannedValues } from './values.ts';

/** The calls that a method of the lab would make. Reads local files; creates nothing. */
export async function plannedCalls(context: LabContext, request: LabRequest): Promise<readonly PlannedCall[]> {
  switch (request.kind) {
    case 'process':
      return processingCalls(context, optionsOf(request));
    case 'transform':
      return (await import('../transform/transform.ts')).transformCalls(context, optionsOf(request));
    case 'tune':
      return (await import('../tuning/tune.ts')).tuningCalls(context, optionsOf(request));
    case 'autoML':
      return (await import('../automl/auto-ml.ts')).autoMLCalls(context, optionsOf(request));
    case 'deploy':
      return (await import('../hosting/deploy.ts')).deployCalls(context, request);
    case 'pipeline':
      return (await import('../pipelines/pipeline.ts')).pipelineCalls(context, request);
    case 'train':
    case undefined:
      return trainingCalls(context, optionsOf(request));
    default:
      return refuse(
        'kind',
        `${JSON.stringify((request as { kind: unknown }).kind)} is not one.`,
        'Name a method of the lab; `train` unless given.',
      );
  }
}

/** What the method itself is given. */
const optionsOf = <T extends LabRequest>(request: T): Omit<T, 'kind'> =>
  Object.fromEntries(Object.entries(request).filter(([name]) => name !== 'kind')) as Omit<T, 'kind'>;

/** A dry run. */
export async function plan(context: LabContext, request: LabRequest): Promise<Plan> {
  const calls = await plannedCalls(context, request);
  const values = calls.map(plannedValues);
  const result: Plan = { calls, values, difference: values.map((all) => all.filter(({ added }) => added)) };
  return displayable(result, () => planView(result));
}
