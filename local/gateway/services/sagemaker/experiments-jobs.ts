import type { JobKind, JobMetric } from '../../../runner/job-interface.ts';
import { shownStatus, type JobObserver } from './jobs.ts';
import type { PlainRecord } from './record-operations.ts';
import type { JobRecord, Request } from './records.ts';
import { now } from './store.ts';

/** What a trial component tells of a job; members as in DescribeTrialComponent. */
interface Noted {
  readonly sourceType: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: Request;
  readonly outputs: Request;
  readonly message: string;
}

const part = (request: Request | undefined, name: string): Request => (request?.[name] ?? {}) as Request;
const parts = (request: Request, name: string): readonly Request[] => (request[name] ?? []) as Request[];

/** Numbers are numbers there, whatever hyperparameters are. */
const parameter = (value: unknown): Request =>
  String(value).trim() !== '' && Number.isFinite(Number(value)) ? { NumberValue: Number(value) } : { StringValue: String(value) };
const artifacts = (named: readonly (readonly [name: unknown, uri: unknown, mediaType?: unknown])[]): Request =>
  Object.fromEntries(
    named
      .filter(([, uri]) => uri !== undefined)
      .map(([name, Value, MediaType]) => [String(name), { Value, ...(MediaType === undefined ? {} : { MediaType }) }]),
  );
const instances = ({ InstanceType, InstanceCount, VolumeSizeInGB }: Request): Request => ({
  'SageMaker.InstanceType': InstanceType,
  'SageMaker.InstanceCount': InstanceCount,
  'SageMaker.VolumeSizeInGB': VolumeSizeInGB,
});
const reason = ({ end }: JobRecord): string | undefined => (end?.outcome === 'Failed' ? end.reason : undefined);

/** What AWS notes of each kind: names of parameters and artefacts as its trial components have them. */
const NOTED: Readonly<Record<JobKind, (record: JobRecord) => Noted>> = {
  'training-job': (record) => ({
    sourceType: 'SageMakerTrainingJob',
    parameters: {
      ...part(record.request, 'HyperParameters'),
      'SageMaker.ImageUri': part(record.request, 'AlgorithmSpecification')['TrainingImage'],
      ...instances(part(record.request, 'ResourceConfig')),
    },
    inputs: artifacts(
      parts(record.request, 'InputDataConfig').map((channel) => [
        channel['ChannelName'],
        part(part(channel, 'DataSource'), 'S3DataSource')['S3Uri'],
        channel['ContentType'],
      ]),
    ),
    outputs: artifacts([['SageMaker.ModelArtifact', record.end?.modelArtifacts]]),
    message: `Status: ${shownStatus(record)}, secondary status: ${record.transitions.at(-1)?.Status ?? ''}, failure reason: ${reason(record) ?? ''}.`,
  }),
  'processing-job': (record) => ({
    sourceType: 'SageMakerProcessingJob',
    parameters: instances(part(part(record.request, 'ProcessingResources'), 'ClusterConfig')),
    inputs: artifacts([
      ['SageMaker.ImageUri', part(record.request, 'AppSpecification')['ImageUri']],
      ...parts(record.request, 'ProcessingInputs').map((input) => [input['InputName'], part(input, 'S3Input')['S3Uri']] as const),
    ]),
    outputs: artifacts(
      parts(part(record.request, 'ProcessingOutputConfig'), 'Outputs').map((output) => [
        output['OutputName'],
        part(output, 'S3Output')['S3Uri'],
      ]),
    ),
    message: `Status: ${shownStatus(record)}, exit message: ${record.end?.exitMessage ?? 'null'}, failure reason: ${reason(record) ?? 'null'}`,
  }),
  'transform-job': (record) => {
    const container = (record.model?.['PrimaryContainer'] ?? parts(record.model ?? {}, 'Containers')[0] ?? {}) as Request;
    const input = part(record.request, 'TransformInput');
    return {
      sourceType: 'SageMakerTransformJob',
      parameters: {
        ...instances(part(record.request, 'TransformResources')),
        'SageMaker.ModelName': record.request['ModelName'],
        'SageMaker.ModelPrimary.DataUrl': container['ModelDataUrl'],
        'SageMaker.ModelPrimary.Image': container['Image'],
      },
      inputs: artifacts([['SageMaker.TransformInput', part(part(input, 'DataSource'), 'S3DataSource')['S3Uri'], input['ContentType']]]),
      outputs: artifacts([['SageMaker.TransformOutput', part(record.request, 'TransformOutput')['S3OutputPath']]]),
      message: `Status: ${shownStatus(record)}, failure reason: ${reason(record) ?? 'null'}`,
    };
  },
};

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ExperimentConfig.html */
export interface ExperimentConfig {
  readonly ExperimentName?: string;
  /** A new trial of the experiment unless given. */
  readonly TrialName?: string;
  readonly TrialComponentDisplayName?: string;
  readonly RunName?: string;
}

/** What the notes of jobs need of experiments. */
export interface Notebook {
  component(name: string): PlainRecord | undefined;
  save(component: PlainRecord): void;
  measured(component: PlainRecord, points: readonly JobMetric[]): void;
  /** Throws where experiment or trial are missing, or are not one another's. */
  check(config: ExperimentConfig): void;
  associate(component: PlainRecord, config: ExperimentConfig, job: JobRecord): void;
}

const configOf = (request: Request): ExperimentConfig => part(request, 'ExperimentConfig');

/** SageMaker keeps a trial component of every job by itself; like any other it can be added to and put into trials. */
export function noteJobs(arnOf: (name: string) => string, notebook: Notebook): JobObserver {
  /** What changes while a job runs. */
  const progress = (record: JobRecord, { outputs, message }: Noted, before: Request): Request => ({
    Status: { PrimaryStatus: shownStatus(record), Message: message.slice(0, 1024) },
    StartTime: record.containerStart,
    EndTime: record.endTime,
    OutputArtifacts: { ...part(before, 'OutputArtifacts'), ...outputs },
  });
  const begun = (kind: JobKind, record: JobRecord): PlainRecord => {
    const noted = NOTED[kind](record);
    const { TrialComponentDisplayName, RunName } = configOf(record.request);
    const name = `${record.name}-aws-${kind}`;
    const component: PlainRecord = {
      name,
      arn: arnOf(name),
      creationTime: now(),
      lastModifiedTime: 0,
      createdBy: {},
      modifiedBy: {},
      request: {
        DisplayName: TrialComponentDisplayName ?? name,
        RunName,
        Source: { SourceArn: record.arn, SourceType: noted.sourceType },
        Parameters: Object.fromEntries(
          Object.entries(noted.parameters).flatMap(([key, value]) => (value === undefined ? [] : [[key, parameter(value)]])),
        ),
        InputArtifacts: noted.inputs,
        ...progress(record, noted, {}),
      },
    };
    notebook.save(component);
    notebook.associate(component, configOf(record.request), record);
    return component;
  };
  return {
    admit: (request) => notebook.check(configOf(request)),
    started: (kind, record) => void begun(kind, record),
    changed: (kind, record, points) => {
      // Jobs of an environment that did not note them yet get their component now.
      const component = notebook.component(`${record.name}-aws-${kind}`) ?? begun(kind, record);
      if (points.length > 0) notebook.measured(component, points);
      const now = progress(record, NOTED[kind](record), component.request);
      if (JSON.stringify(part(component.request, 'Status')) === JSON.stringify(now['Status'])) return;
      component.request = { ...component.request, ...now };
      notebook.save(component);
    },
  };
}
