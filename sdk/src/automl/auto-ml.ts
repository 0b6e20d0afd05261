import { CreateAutoMLJobV2Command, DescribeAutoMLJobV2Command } from '@aws-sdk/client-sagemaker';
import type { CreateAutoMLJobV2Request } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { DataInput } from '../inputs/api.ts';
import { located, placeOf, refuseBeyond } from '../inputs/channel.ts';
import { checkedName, freshName, SHORT_NAME } from '../jobs/names.ts';
import { oneOf, refuse, refuseUnknown, tagsOf, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { AutoMLJob, AutoMLMetric, AutoMLOptions, AutoMLProblem } from './api.ts';
import { autoMLJob } from './auto-ml-job.ts';

const OPTIONS: Known<AutoMLOptions> = {
  data: true,
  validation: true,
  validationFraction: true,
  contentType: true,
  target: true,
  problem: true,
  metric: true,
  mode: true,
  sampleWeights: true,
  maxCandidates: true,
  maxRuntime: true,
  maxRuntimePerCandidate: true,
  tags: true,
  name: true,
  onProgress: true,
  signal: true,
};

/** Source: SageMaker, "Autopilot metrics". */
const METRICS: Readonly<Record<AutoMLProblem, readonly AutoMLMetric[]>> = {
  BinaryClassification: ['Accuracy', 'AUC', 'BalancedAccuracy', 'F1', 'Precision', 'Recall'],
  MulticlassClassification: ['Accuracy', 'BalancedAccuracy', 'F1macro', 'PrecisionMacro', 'RecallMacro'],
  Regression: ['MAE', 'MSE', 'R2', 'RMSE'],
};
const MOST_SECONDS = 30 * 24 * 3_600;

/** What `autoML` would send; data that is not in S3 yet is shown by a placeholder. */
export function autoMLCalls({ environment }: LabContext, options: AutoMLOptions): PlannedCall[] {
  refuseUnknown('lab.autoML', options, OPTIONS);
  const places = channelsOf(options).map(([, input]) => placeOf(input, environment));
  return [plannedCall('CreateAutoMLJobV2', request(options, places, environment), environment)];
}

/** Uploads what is not in S3 yet, and submits. Everything that can be refused without asking AWS is refused first. */
export async function autoML(context: LabContext, options: AutoMLOptions): Promise<AutoMLJob> {
  refuseUnknown('lab.autoML', options, OPTIONS);
  const { environment, clients } = context;
  const { onProgress } = options;
  const signal = endSignal(context, options.signal);
  const planned = (places: readonly string[]) => plannedCall('CreateAutoMLJobV2', request(options, places, environment), environment);
  planned([]);
  const onUpload =
    onProgress === undefined
      ? undefined
      : (progress: { file: string; bytes: number; totalBytes: number }) => onProgress({ step: 'uploading', ...progress });
  const places = await Promise.all(channelsOf(options).map(([, input]) => located(context, input, onUpload, signal)));
  const { input, fields } = planned(places);
  const AutoMLJobName = input.AutoMLJobName ?? '';
  onProgress?.({ step: 'submitting', name: AutoMLJobName });
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateAutoMLJobV2Command(input), { abortSignal: signal }),
    find: () => clients.sageMaker.send(new DescribeAutoMLJobV2Command({ AutoMLJobName })).catch(notThere),
    input,
    signal,
  });
  return autoMLJob(context, AutoMLJobName, fields);
}

const channelsOf = ({ data, validation }: AutoMLOptions): ['training' | 'validation', DataInput][] => [
  ['training', data],
  ...(validation === undefined ? [] : [['validation', validation] as ['validation', DataInput]]),
];

/** Before the security fields are filled in. Pure. */
function request(
  options: AutoMLOptions,
  places: readonly string[],
  environment: EnvironmentDescription,
): Omit<CreateAutoMLJobV2Request, 'RoleArn'> {
  for (const [channel, input] of channelsOf(options)) refuseBeyond(channel === 'training' ? 'data' : channel, input, []);
  const { target, mode, sampleWeights, maxCandidates, maxRuntime, maxRuntimePerCandidate } = options;
  const contentType = oneOf('contentType', options.contentType ?? 'text/csv;header=present', [
    'text/csv;header=present',
    'x-application/vnd.amazon+parquet',
  ]);
  if (typeof target !== 'string' || target === '') refuse('target', 'it is missing.', 'Give the name of the column to predict.');
  if (sampleWeights !== undefined && mode !== 'ENSEMBLING')
    refuse('sampleWeights', 'only ensembling uses weights.', "Set mode: 'ENSEMBLING', or leave `sampleWeights` out.");
  const name = options.name === undefined ? freshName(target, undefined, SHORT_NAME) : checkedName(options.name, SHORT_NAME);
  const criteria = {
    ...(maxCandidates === undefined ? {} : { MaxCandidates: wholeNumber('maxCandidates', maxCandidates, 1, 750) }),
    ...(maxRuntime === undefined ? {} : { MaxAutoMLJobRuntimeInSeconds: wholeNumber('maxRuntime', maxRuntime, 1, MOST_SECONDS) }),
    ...(maxRuntimePerCandidate === undefined
      ? {}
      : { MaxRuntimePerTrainingJobInSeconds: wholeNumber('maxRuntimePerCandidate', maxRuntimePerCandidate, 1, MOST_SECONDS) }),
  };
  return {
    AutoMLJobName: name,
    AutoMLJobInputDataConfig: channelsOf(options).map(([ChannelType], index) => ({
      ChannelType,
      ContentType: contentType,
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: places[index] ?? '' } },
    })),
    OutputDataConfig: { S3OutputPath: `s3://${environment.buckets.model}/automl-jobs` },
    AutoMLProblemTypeConfig: {
      TabularJobConfig: {
        TargetAttributeName: target,
        ...(options.problem === undefined ? {} : { ProblemType: options.problem }),
        ...(mode === undefined ? {} : { Mode: oneOf('mode', mode, ['AUTO', 'ENSEMBLING', 'HYPERPARAMETER_TUNING']) }),
        ...(sampleWeights === undefined ? {} : { SampleWeightAttributeName: sampleWeights }),
        ...(Object.keys(criteria).length === 0 ? {} : { CompletionCriteria: criteria }),
      },
    },
    ...objectiveOf(options),
    ...splitOf(options),
    ...tagsOf(options.tags),
  };
}

function objectiveOf({ problem, metric }: AutoMLOptions): Pick<CreateAutoMLJobV2Request, 'AutoMLJobObjective'> {
  if (problem === undefined && metric === undefined) return {};
  if (problem === undefined || metric === undefined) {
    const missing = problem === undefined ? 'problem' : 'metric';
    return refuse(missing, 'SageMaker takes problem and metric together or neither.', 'Give both, or leave both out.');
  }
  oneOf('problem', problem, ['BinaryClassification', 'MulticlassClassification', 'Regression']);
  return { AutoMLJobObjective: { MetricName: oneOf(`metric of ${problem}`, metric, METRICS[problem]) } };
}

function splitOf({ validation, validationFraction }: AutoMLOptions): Pick<CreateAutoMLJobV2Request, 'DataSplitConfig'> {
  if (validationFraction === undefined) return {};
  if (validation !== undefined) refuse('validationFraction', 'there is validation data.', 'Leave one of them out.');
  if (!(validationFraction > 0 && validationFraction < 1))
    refuse('validationFraction', `${validationFraction} is not between 0 and 1.`, 'Give 0.2 for a fifth.');
  return { DataSplitConfig: { ValidationFraction: validationFraction } };
}
