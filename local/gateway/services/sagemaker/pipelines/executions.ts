import { AwsError, type Call } from '../../../call.ts';
import { listResources } from '../listing.ts';
import { randomLetters } from '../random-letters.ts';
import { listInput, userOf } from '../record-operations.ts';
import type { Request } from '../records.ts';
import type { EmitStateChange } from '../state-change-events.ts';
import { now, type Store } from '../store.ts';
import { parseDefinition } from './definition.ts';
import { executionChanged, stepMetadata } from './events.ts';
import type { PipelineExecutor } from './executor.ts';
import { parameterValues } from './parameters.ts';
import { isRunning, type ExecutionRecord, type Parallelism, type PipelineRecord, type StepRecord } from './records.ts';
import { selectSteps, type Selection } from './selection.ts';

type Handlers = Record<string, (call: Call) => unknown>;

export interface ExecutionParts {
  readonly executions: Store<ExecutionRecord>;
  readonly executor: PipelineExecutor;
  readonly emit: EmitStateChange;
  readonly findPipeline: (nameOrArn: string) => PipelineRecord;
  readonly pipelineRan: (pipeline: PipelineRecord) => void;
  /** Throws unless SageMaker can assume the role. */
  readonly checkRole: (roleArn: string, resourceArn: string) => Promise<void>;
}

const stepAnswer = (step: StepRecord): Request => ({
  StepName: step.name,
  StepDisplayName: step.displayName,
  StepDescription: step.description,
  StartTime: step.startTime,
  EndTime: step.endTime,
  StepStatus: step.status,
  CacheHitResult: step.cachedFrom === undefined ? undefined : { SourcePipelineExecutionArn: step.cachedFrom },
  SelectiveExecutionResult: step.selectedFrom === undefined ? undefined : { SourcePipelineExecutionArn: step.selectedFrom },
  AttemptCount: Math.max(1, step.attempts),
  FailureReason: step.failureReason,
  Metadata: stepMetadata(step),
});

/** Fields that choose among versions of a pipeline, or send runs elsewhere. */
const NOT_DONE = ['PipelineVersionId', 'PipelineVersionAlias', 'MlflowExperimentName'] as const;

export function executionOperations({ executions, executor, emit, findPipeline, pipelineRan, checkRole }: ExecutionParts): Handlers {
  const find = (call: Call): ExecutionRecord => {
    const arn = (call.input['PipelineExecutionArn'] as string | undefined) ?? '';
    const record = executions.get(arn.split('/').at(-1) ?? '');
    if (record?.arn !== arn) throw new AwsError('ResourceNotFound', `Pipeline execution '${arn}' does not exist.`);
    return record;
  };
  const answer = ({ arn }: ExecutionRecord): Request => ({ PipelineExecutionArn: arn });
  const described = (record: ExecutionRecord): Request => ({
    PipelineArn: record.pipelineArn,
    PipelineExecutionArn: record.arn,
    PipelineExecutionDisplayName: record.displayName,
    PipelineExecutionStatus: record.status,
    PipelineExecutionDescription: record.description,
    FailureReason: record.failureReason,
    PipelineExecutionFailureReason: record.failureReason,
    CreationTime: record.creationTime,
    StartTime: record.startTime,
    LastModifiedTime: record.lastModifiedTime,
    CreatedBy: record.createdBy,
    LastModifiedBy: record.modifiedBy,
    ParallelismConfiguration: record.parallelism,
    SelectiveExecutionConfig: record.selective,
    RoleArn: record.roleArn,
  });

  const start = async (call: Call): Promise<Request> => {
    const { input } = call;
    const pipeline = findPipeline(input['PipelineName'] as string);
    for (const field of NOT_DONE) {
      if (input[field] !== undefined)
        throw new AwsError('OperationNotEmulated', `The local environment keeps one version of a pipeline: it does not do ${field}.`);
    }
    const roleArn = (input['RoleArn'] as string | undefined) ?? pipeline.roleArn;
    await checkRole(roleArn, pipeline.arn);
    // Nothing may wait between this look and the save: the same request can come twice at once.
    const token = input['ClientRequestToken'] as string;
    const before = [...executions.all()].find((one) => one.pipelineName === pipeline.name && one.token === token);
    if (before !== undefined) return answer(before);
    const definition = parseDefinition(pipeline.definition);
    const parameters = parameterValues(definition, (input['PipelineParameters'] ?? []) as { Name: string; Value: string }[]);
    const selection = input['SelectiveExecutionConfig'] as Selection | undefined;
    const chosen = selection === undefined ? undefined : selectSteps(executions, pipeline.name, definition, selection);
    const id = randomLetters(12, 'abcdefghijklmnopqrstuvwxyz0123456789');
    const user = userOf(call);
    const time = now();
    const parallelism = (input['ParallelismConfiguration'] as Parallelism | undefined) ?? pipeline.parallelism;
    const description = input['PipelineExecutionDescription'] as string | undefined;
    const record: ExecutionRecord = {
      name: id,
      arn: `${pipeline.arn}/execution/${id}`,
      pipelineName: pipeline.name,
      pipelineArn: pipeline.arn,
      token,
      displayName: (input['PipelineExecutionDisplayName'] as string | undefined) ?? `execution-${String(Math.round(time * 1000))}`,
      ...(description === undefined ? {} : { description }),
      definition: pipeline.definition,
      roleArn,
      parameters,
      ...(parallelism === undefined ? {} : { parallelism }),
      ...(chosen === undefined
        ? {}
        : { selective: { ...selection, SourcePipelineExecutionArn: chosen.source }, selected: chosen.selected }),
      status: 'Executing',
      startTime: time,
      creationTime: time,
      lastModifiedTime: time,
      createdBy: user,
      modifiedBy: user,
      steps: chosen?.taken ?? {},
    };
    executions.save(record);
    pipelineRan(pipeline);
    emit(executionChanged(record, undefined));
    executor.drive(record);
    return answer(record);
  };

  const retry = async (call: Call): Promise<Request> => {
    const record = find(call);
    await checkRole(record.roleArn, record.pipelineArn);
    if (record.status !== 'Failed' && record.status !== 'Stopped')
      throw new AwsError(
        'ValidationException',
        `Only executions with Failed or Stopped status can be retried: ${record.arn} is ${record.status}.`,
      );
    const before = record.status;
    // What succeeded stays; everything else runs again.
    record.steps = Object.fromEntries(Object.entries(record.steps).filter(([, step]) => step.status === 'Succeeded'));
    record.status = 'Executing';
    delete record.failureReason;
    record.modifiedBy = userOf(call);
    const parallelism = call.input['ParallelismConfiguration'] as Parallelism | undefined;
    if (parallelism !== undefined) record.parallelism = parallelism;
    executions.save(record);
    emit(executionChanged(record, before));
    executor.drive(record);
    return answer(record);
  };

  return {
    StartPipelineExecution: start,
    RetryPipelineExecution: retry,
    StopPipelineExecution: (call) => {
      const record = find(call);
      if (record.status === 'Stopping') return answer(record);
      if (record.status !== 'Executing')
        throw new AwsError(
          'ValidationException',
          `Only pipelines with "Executing" status can be stopped: ${record.arn} is ${record.status}.`,
        );
      record.status = 'Stopping';
      record.modifiedBy = userOf(call);
      executions.save(record);
      emit(executionChanged(record, 'Executing'));
      return answer(record);
    },
    UpdatePipelineExecution: (call) => {
      const record = find(call);
      const { PipelineExecutionDescription, PipelineExecutionDisplayName, ParallelismConfiguration } = call.input;
      if (PipelineExecutionDescription !== undefined) record.description = PipelineExecutionDescription as string;
      if (PipelineExecutionDisplayName !== undefined) record.displayName = PipelineExecutionDisplayName as string;
      if (ParallelismConfiguration !== undefined) record.parallelism = ParallelismConfiguration as Parallelism;
      record.modifiedBy = userOf(call);
      executions.save(record);
      return answer(record);
    },
    DescribePipelineExecution: (call) => described(find(call)),
    DescribePipelineDefinitionForExecution: (call) => {
      const { definition, creationTime } = find(call);
      return { PipelineDefinition: definition, CreationTime: creationTime };
    },
    ListPipelineExecutions: (call) => {
      const pipeline = findPipeline(call.input['PipelineName'] as string);
      if (call.input['PipelineVersionAlias'] !== undefined)
        throw new AwsError('OperationNotEmulated', 'The local environment keeps one version of a pipeline.');
      const own = [...executions.all()].filter(({ pipelineName }) => pipelineName === pipeline.name);
      const sortBy = call.input['SortBy'] === 'PipelineExecutionArn' ? 'Name' : call.input['SortBy'];
      const { page, ...rest } = listResources(own, listInput({ ...call.input, SortBy: sortBy }));
      return { PipelineExecutionSummaries: page.map(described), ...rest };
    },
    ListPipelineExecutionSteps: (call) => {
      const { steps } = find(call);
      const listed = Object.values(steps).map((step) => ({
        ...step,
        arn: '',
        creationTime: step.startTime,
        lastModifiedTime: step.startTime,
      }));
      const { page, ...rest } = listResources(listed, call.input);
      return { PipelineExecutionSteps: page.map(({ name }) => stepAnswer(steps[name] as StepRecord)), ...rest };
    },
    ListPipelineParametersForExecution: (call) => {
      const { parameters } = find(call);
      const listed = Object.keys(parameters).map((name) => ({ name, arn: '', creationTime: 0, lastModifiedTime: 0 }));
      const { page, ...rest } = listResources(listed, { ...call.input, SortBy: 'Name', SortOrder: 'Ascending' });
      return { PipelineParameters: page.map(({ name }) => ({ Name: name, Value: String(parameters[name]) })), ...rest };
    },
  };
}

export const hasRunning = (executions: Store<ExecutionRecord>, pipeline: string): boolean =>
  [...executions.all()].some((one) => one.pipelineName === pipeline && isRunning(one));
