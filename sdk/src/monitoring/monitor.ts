import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { objectAt } from '../hosting/model-archive.ts';
import type { DataInput } from '../inputs/api.ts';
import { notCompleted } from '../jobs/job.ts';
import { freshName } from '../jobs/names.ts';
import { refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import { displayable } from '../notebook/display.ts';
import { process } from '../processing/process.ts';
import { packSource } from '../source/pack.ts';
import { CODE_CHANNEL } from '../training/request.ts';
import type {
  Baseline,
  DriftOptions,
  DriftReport,
  DriftThreshold,
  ExplainOptions,
  Importance,
  Monitor,
  MonitoringJobOptions,
} from './api.ts';
import { DRIFT_PROGRAM } from './drift-program.ts';
import { EXPLAIN_PROGRAM } from './explain-program.ts';
import { baselineView, driftView, importanceView } from './view.ts';

const REPORT = 'report';

interface Run {
  readonly about: string;
  readonly program: { readonly name: string; readonly text: string };
  readonly arguments: readonly string[];
  readonly inputs: Readonly<Record<string, DataInput>>;
  /** The file that the program writes. */
  readonly file: string;
}

/** Runs the program as a processing job to its end, and reads what it wrote. */
async function report<T extends object>(
  context: LabContext,
  run: Run,
  options: MonitoringJobOptions,
): Promise<T & { job: string; s3Uri: string }> {
  const { name, instanceType, volumeSize, maxRuntime, tags, framework, image, signal, onProgress } = options;
  const chosen = Object.fromEntries(
    Object.entries({ instanceType, volumeSize, maxRuntime, tags, framework, image, signal, onProgress }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const job = await process(context, {
    ...chosen,
    script: run.program,
    name: name ?? freshName(run.about),
    arguments: run.arguments,
    inputs: run.inputs,
    outputs: [REPORT],
  });
  await job.wait({ ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) });
  const s3Uri = `${(await job.outputs())[REPORT] ?? ''}/${run.file}`;
  const { Body } = await context.clients.s3.send(new GetObjectCommand(objectAt(s3Uri)), { abortSignal: endSignal(context, signal) });
  return { job: job.name, s3Uri, ...(JSON.parse((await Body?.transformToString()) ?? '{}') as T) };
}

const JOB = {
  name: true,
  instanceType: true,
  volumeSize: true,
  maxRuntime: true,
  tags: true,
  framework: true,
  image: true,
  signal: true,
  onProgress: true,
} as const satisfies Known<MonitoringJobOptions>;
/** Either `endpoint` or `data` is given: names of both. */
const DRIFT = { ...JOB, baseline: true, threshold: true, prediction: true, endpoint: true, variant: true, data: true } as const;
type DriftNames = Partial<Record<keyof typeof DRIFT, unknown>>;

export function monitor(context: LabContext): Monitor {
  return {
    baseline: async (asked) => {
      refuseUnknown('lab.monitor.baseline', asked, { ...JOB, data: true, target: true, prediction: true, ignore: true, columns: true });
      const { data, target, prediction, ignore, columns, ...options } = asked;
      const settings = JSON.stringify({ target, prediction, ignore, columns });
      const result: Baseline = await report(
        context,
        { about: 'baseline', program: DRIFT_PROGRAM, arguments: ['baseline', settings], inputs: { data }, file: 'baseline.json' },
        options,
      );
      return displayable(result, () => baselineView(result));
    },
    drift: async (options) => {
      refuseUnknown<DriftNames>('lab.monitor.drift', options, DRIFT);
      const { baseline, threshold, prediction } = options;
      const data = 'endpoint' in options ? await capturedBy(context, options) : options.data;
      const settings = JSON.stringify({ prediction, threshold: thresholdOf(threshold) });
      const known = typeof baseline === 'string' ? baseline : baseline.s3Uri;
      const result: DriftReport = await report(
        context,
        { about: 'drift', program: DRIFT_PROGRAM, arguments: ['drift', settings], inputs: { data, baseline: known }, file: 'drift.json' },
        options,
      );
      return displayable(result, () => driftView(result));
    },
    explain: async (options) => {
      refuseUnknown('lab.monitor.explain', options, {
        ...JOB,
        model: true,
        data: true,
        target: true,
        ignore: true,
        metric: true,
        repeats: true,
        rows: true,
      });
      const { target, ignore, metric = 'auto', data } = options;
      const { artifacts, program, source } = await modelOf(context, options);
      const settings = JSON.stringify({
        target,
        ignore,
        metric,
        program,
        repeats: wholeNumber('repeats', options.repeats ?? 5, 1, 100),
        rows: wholeNumber('rows', options.rows ?? 2_000, 10, 1_000_000),
      });
      const inputs = { model: artifacts, data, ...(source === undefined ? {} : { source }) };
      const result: Importance = await report(
        context,
        { about: 'explain', program: EXPLAIN_PROGRAM, arguments: [settings], inputs, file: 'importance.json' },
        options,
      );
      return displayable(result, () => importanceView(result));
    },
  };
}

function thresholdOf(given: number | DriftThreshold = {}): Required<DriftThreshold> {
  const all = { psi: 0.2, ks: 0.1, missing: 0.05, newCategories: 0.01, ...(typeof given === 'number' ? { psi: given } : given) };
  for (const [name, value] of Object.entries(all)) {
    if (!(typeof value === 'number' && value > 0 && Number.isFinite(value)) || !['psi', 'ks', 'missing', 'newCategories'].includes(name))
      throw new SealabError('InvalidInput', `threshold.${name}: ${JSON.stringify(value)} is not a threshold.`, {
        remedy: 'Give a number above 0 for psi, ks, missing or newCategories; a number alone is the one for psi.',
        details: { field: `threshold.${name}`, given: value },
      });
  }
  return all;
}

/** SageMaker writes captures below `<destination>/<endpoint>/<variant>/<year>/<month>/<day>/<hour>/`. */
async function capturedBy(
  context: LabContext,
  { endpoint, variant = 'AllTraffic' }: Extract<DriftOptions, { endpoint: string }>,
): Promise<string> {
  const { DataCaptureConfig } = await context.clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  if (DataCaptureConfig?.DestinationS3Uri === undefined) {
    throw new SealabError('InvalidInput', `endpoint: ${endpoint} captures no data.`, {
      remedy: 'Deploy it with data capture, or give captured data or a table as `data`.',
      details: { field: 'endpoint', given: endpoint },
    });
  }
  return `${DataCaptureConfig.DestinationS3Uri.replace(/\/+$/, '')}/${endpoint}/${variant}/`;
}

interface Explained {
  readonly artifacts: string;
  readonly program?: string;
  readonly source?: DataInput;
}

async function modelOf(context: LabContext, { model, signal }: ExplainOptions): Promise<Explained> {
  if ('artifacts' in model) {
    if (model.source === undefined) return { artifacts: model.artifacts };
    const packed = await packSource(model.source);
    return { artifacts: model.artifacts, program: packed.program, source: { bytes: packed.archive, name: 'sourcedir.tar.gz' } };
  }
  const name = 'trainingJob' in model ? model.trainingJob : model.name;
  const job = await context.clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), {
    abortSignal: endSignal(context, signal),
  });
  const artifacts = job.ModelArtifacts?.S3ModelArtifacts;
  if (job.TrainingJobStatus !== 'Completed' || artifacts === undefined)
    throw notCompleted(name, job.TrainingJobStatus ?? 'Failed', job.FailureReason ?? 'it has no model yet', job.SecondaryStatus);
  const program = job.HyperParameters?.['sagemaker_program'];
  const source = job.InputDataConfig?.find(({ ChannelName }) => ChannelName === CODE_CHANNEL)?.DataSource?.S3DataSource?.S3Uri;
  return program === undefined || source === undefined ? { artifacts } : { artifacts, program: JSON.parse(program) as string, source };
}
