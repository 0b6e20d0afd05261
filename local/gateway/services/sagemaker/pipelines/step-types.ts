import {
  CreateHyperParameterTuningJobCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeModelCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  paginateListTrainingJobsForHyperParameterTuningJob,
  StopHyperParameterTuningJobCommand,
  StopProcessingJobCommand,
  StopTrainingJobCommand,
  StopTransformJobCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { randomLetters } from '../random-letters.ts';
import type { Request } from '../records.ts';
import type { StepTypeName } from './definition.ts';

/** What a step makes in SageMaker, and how it is looked at afterwards. */
export interface StepSubject {
  /** Member of the request that names it; SageMaker names a version of a model package itself. */
  readonly name?: string;
  readonly longestName: number;
  /** Member of ListPipelineExecutionSteps' Metadata. */
  readonly metadata: string;
  /** Whether a result may be taken from an earlier execution. */
  readonly cacheable: boolean;
  /**
   * The request is the definition's, of which the client checks nothing and the gateway everything: no type says what is in it.
   * @returns its ARN
   */
  start(client: SageMakerClient, request: Request): Promise<string>;
  describe(client: SageMakerClient, subject: string): Promise<Request>;
  stop?(client: SageMakerClient, subject: string): Promise<unknown>;
  /** Member of the description that tells the status; what has none is done when it was made. */
  readonly status?: string;
}

const asRequest = (answer: object): Request => answer as Request;

/**
 * RegisterModel makes the group that it registers in, where there is none.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-register-model
 */
async function register(client: SageMakerClient, request: Request): Promise<string> {
  const group = request['ModelPackageGroupName'] as string | undefined;
  if (group !== undefined) {
    const there = await client.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: group })).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.name === 'ValidationException' && error.message.includes('does not exist')) return false;
        throw error;
      },
    );
    if (!there) await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
  }
  return (await client.send(new CreateModelPackageCommand(request as never))).ModelPackageArn ?? '';
}

/** Properties of a tuning step include its training jobs, the best first. */
async function describeTuning(client: SageMakerClient, name: string): Promise<Request> {
  const job = await client.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
  if (job.HyperParameterTuningJobStatus !== 'Completed') return asRequest(job);
  const pages = paginateListTrainingJobsForHyperParameterTuningJob(
    { client, pageSize: 100 },
    { HyperParameterTuningJobName: name, SortBy: 'FinalObjectiveMetricValue', SortOrder: 'Descending' },
  );
  const summaries: unknown[] = [];
  for await (const { TrainingJobSummaries = [] } of pages) summaries.push(...TrainingJobSummaries);
  const definition = job.TrainingJobDefinition ?? job.TrainingJobDefinitions?.[0];
  const goal = job.HyperParameterTuningJobConfig?.HyperParameterTuningJobObjective?.Type ?? definition?.TuningObjective?.Type;
  return { ...job, TrainingJobSummaries: goal === 'Minimize' ? summaries.reverse() : summaries };
}

export const STEP_SUBJECTS: Readonly<Record<Exclude<StepTypeName, 'Condition' | 'Fail'>, StepSubject>> = {
  Training: {
    name: 'TrainingJobName',
    longestName: 63,
    metadata: 'TrainingJob',
    cacheable: true,
    status: 'TrainingJobStatus',
    start: async (client, request) => (await client.send(new CreateTrainingJobCommand(request as never))).TrainingJobArn ?? '',
    describe: async (client, name) => asRequest(await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))),
    stop: (client, name) => client.send(new StopTrainingJobCommand({ TrainingJobName: name })),
  },
  Processing: {
    name: 'ProcessingJobName',
    longestName: 63,
    metadata: 'ProcessingJob',
    cacheable: true,
    status: 'ProcessingJobStatus',
    start: async (client, request) => (await client.send(new CreateProcessingJobCommand(request as never))).ProcessingJobArn ?? '',
    describe: async (client, name) => asRequest(await client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }))),
    stop: (client, name) => client.send(new StopProcessingJobCommand({ ProcessingJobName: name })),
  },
  Transform: {
    name: 'TransformJobName',
    longestName: 63,
    metadata: 'TransformJob',
    cacheable: true,
    status: 'TransformJobStatus',
    start: async (client, request) => (await client.send(new CreateTransformJobCommand(request as never))).TransformJobArn ?? '',
    describe: async (client, name) => asRequest(await client.send(new DescribeTransformJobCommand({ TransformJobName: name }))),
    stop: (client, name) => client.send(new StopTransformJobCommand({ TransformJobName: name })),
  },
  Tuning: {
    name: 'HyperParameterTuningJobName',
    longestName: 32,
    metadata: 'TuningJob',
    cacheable: true,
    status: 'HyperParameterTuningJobStatus',
    start: async (client, request) =>
      (await client.send(new CreateHyperParameterTuningJobCommand(request as never))).HyperParameterTuningJobArn ?? '',
    describe: describeTuning,
    stop: (client, name) => client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
  },
  Model: {
    name: 'ModelName',
    longestName: 63,
    metadata: 'Model',
    cacheable: false,
    start: async (client, request) => (await client.send(new CreateModelCommand(request as never))).ModelArn ?? '',
    describe: async (client, name) => asRequest(await client.send(new DescribeModelCommand({ ModelName: name }))),
  },
  RegisterModel: {
    // Not a name but the token that makes a registration safe to repeat.
    longestName: 36,
    metadata: 'RegisterModel',
    cacheable: false,
    start: register,
    describe: async (client, arn) => asRequest(await client.send(new DescribeModelPackageCommand({ ModelPackageName: arn }))),
  },
};

/**
 * Names as SageMaker gives them: `pipelines-8ixnj0qv0dtl-Train-AqkDMBoFzl`, shorter for tuning jobs.
 * @param prefix the name in the step's arguments: definitions with their own prefix have one
 */
export function subjectName(subject: StepSubject, executionId: string, step: string, prefix: string | undefined): string {
  const suffix = randomLetters(10);
  if (prefix !== undefined) return `${prefix.slice(0, subject.longestName - executionId.length - 12)}-${executionId}-${suffix}`;
  const front = subject.longestName < 40 ? executionId : `pipelines-${executionId}`;
  const room = subject.longestName - front.length - suffix.length - 2;
  const cleaned = step
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, room)
    .replace(/^-+|-+$/g, '');
  return [front, ...(cleaned === '' ? [] : [cleaned]), suffix].join('-');
}
