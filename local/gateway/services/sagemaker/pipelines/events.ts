import { isoTime, type StateChange } from '../state-change-events.ts';
import type { Request } from '../records.ts';
import { isRunning, type ExecutionRecord, type StepRecord } from './records.ts';
import { STEP_SUBJECTS } from './step-types.ts';

/** Metadata of a step, as ListPipelineExecutionSteps and the events of steps have it. */
export function stepMetadata(record: StepRecord): Request {
  if (record.type === 'Condition') return record.outcome === undefined ? {} : { Condition: { Outcome: record.outcome ? 'True' : 'False' } };
  if (record.type === 'Fail') return { Fail: { ErrorMessage: record.errorMessage } };
  return record.arn === undefined ? {} : { [STEP_SUBJECTS[record.type].metadata]: { Arn: record.arn } };
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
/** Names in the events of pipelines begin with a small letter, those of ARNs as well. */
const lowered = (value: Request): Request =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      lowerFirst(name),
      typeof inner === 'object' && inner !== null ? lowered(inner as Request) : inner,
    ]),
  );

export const executionChanged = (execution: ExecutionRecord, before: ExecutionRecord['status'] | undefined): StateChange => ({
  detailType: 'SageMaker Model Building Pipeline Execution Status Change',
  resource: execution.arn,
  detail: {
    pipelineExecutionDescription: execution.description,
    pipelineExecutionDisplayName: execution.displayName,
    currentPipelineExecutionStatus: execution.status,
    previousPipelineExecutionStatus: before,
    executionStartTime: isoTime(execution.startTime),
    executionEndTime: isRunning(execution) ? undefined : isoTime(execution.lastModifiedTime),
    pipelineArn: execution.pipelineArn,
    pipelineExecutionArn: execution.arn,
  },
});

export const stepChanged = (execution: ExecutionRecord, step: StepRecord, before: StepRecord['status'] | undefined): StateChange => ({
  detailType: 'SageMaker Model Building Pipeline Execution Step Status Change',
  resource: execution.arn,
  detail: {
    metadata: lowered(stepMetadata(step)),
    stepStartTime: isoTime(step.startTime),
    stepEndTime: isoTime(step.endTime),
    stepName: step.name,
    stepType: step.type,
    previousStepStatus: before,
    currentStepStatus: step.status,
    failureReason: step.failureReason,
    pipelineArn: execution.pipelineArn,
    pipelineExecutionArn: execution.arn,
  },
});
