import { AwsError } from '../../../call.ts';
import type { Store } from '../store.ts';
import { placedSteps, type Definition } from './definition.ts';
import { isRunning, type ExecutionRecord, type StepRecord } from './records.ts';

export interface Selection {
  readonly SourcePipelineExecutionArn?: string;
  readonly SelectedSteps: readonly { readonly StepName: string }[];
}

/**
 * A selective execution runs the selected steps and takes what they need of others from an earlier execution.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-selective-ex.html
 * @returns the steps that may run, and the results taken over
 */
export function selectSteps(
  executions: Store<ExecutionRecord>,
  pipelineName: string,
  definition: Definition,
  { SourcePipelineExecutionArn: given, SelectedSteps }: Selection,
): { readonly selected: readonly string[]; readonly taken: Record<string, StepRecord>; readonly source: string | undefined } {
  const steps = placedSteps(definition.Steps);
  const selected = SelectedSteps.map(({ StepName }) => StepName);
  const unknown = selected.filter((name) => !steps.some(({ step }) => step.Name === name));
  if (unknown.length > 0)
    throw new AwsError('ValidationException', `The selected steps [${unknown.join(', ')}] are not in the pipeline definition.`);
  const needed = steps
    .filter(({ step }) => selected.includes(step.Name))
    .flatMap(({ needs }) => needs)
    .filter((name) => !selected.includes(name));
  const own = [...executions.all()].filter((one) => one.pipelineName === pipelineName && !isRunning(one));
  const latest = own.sort((a, b) => b.creationTime - a.creationTime)[0];
  const source = given === undefined ? latest : own.find(({ arn }) => arn === given);
  if (source === undefined && (needed.length > 0 || given !== undefined)) {
    throw new AwsError(
      'ValidationException',
      `Invalid SourcePipelineExecutionArn: ${given ?? 'null'}. The selected steps [${selected.join(', ')}] have dependencies on [${needed.join(', ')}]`,
    );
  }
  const taken: Record<string, StepRecord> = {};
  for (const name of needed) {
    const result = source?.steps[name];
    if (source === undefined || result?.status !== 'Succeeded')
      throw new AwsError(
        'ValidationException',
        `Step ${name} did not succeed in the execution ${source?.arn ?? ''}: its result cannot be taken.`,
      );
    taken[name] = { ...result, selectedFrom: source.arn };
  }
  return { selected, taken, source: source?.arn };
}
