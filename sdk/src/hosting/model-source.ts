import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { packSource } from '../source/pack.ts';
import { notCompleted } from '../jobs/job.ts';
import { imageFor } from '../jobs/options.ts';
import { CODE_CHANNEL } from '../training/request.ts';
import { unpackSource } from '../source/unpack.ts';
import type { ContainerSource, ModelOptions } from './api.ts';
import { objectAt } from './model-archive.ts';
import type { HostedCode } from './model-archive.ts';

/** What there is to host: artefacts, the code that serves them, the image that runs it. */
export interface Hostable {
  readonly artifacts: string;
  readonly code: HostedCode;
  readonly image: string;
  /** What to name things after. */
  readonly about: string;
}

/** Finds artefacts and code. Throws `JobNotCompleted` for a job without a model, `InvalidInput` for one without a script. */
export async function hostable(
  context: LabContext,
  source: ContainerSource['model'],
  options: ModelOptions,
  signal: AbortSignal,
): Promise<Hostable> {
  const { environment } = context;
  const chosen = options.source === undefined ? undefined : await fromSource(options.source);
  if ('artifacts' in source) {
    return {
      artifacts: source.artifacts,
      code: chosen ?? (await fromSource(source.source)),
      image: imageFor(environment, options),
      about: 'model',
    };
  }
  const name = 'trainingJob' in source ? source.trainingJob : source.name;
  const job = await context.clients.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }), { abortSignal: signal });
  const artifacts = job.ModelArtifacts?.S3ModelArtifacts;
  if (job.TrainingJobStatus !== 'Completed' || artifacts === undefined)
    throw notCompleted(name, job.TrainingJobStatus ?? 'Failed', job.FailureReason ?? 'it has no model yet', job.SecondaryStatus);
  const trained = job.AlgorithmSpecification?.TrainingImage;
  const image =
    options.image === undefined && options.framework === undefined && trained !== undefined ? trained : imageFor(environment, options);
  const about = name.replace(/-\d{6}-\d{6}-[0-9a-f]{4}$/, '');
  if (chosen !== undefined) return { artifacts, code: chosen, image, about };

  const program = job.HyperParameters?.['sagemaker_program'];
  const archive = job.InputDataConfig?.find(({ ChannelName }) => ChannelName === CODE_CHANNEL)?.DataSource?.S3DataSource?.S3Uri;
  if (program === undefined || archive === undefined) {
    throw new SealabError('InvalidInput', `${name} was not trained with a script, so there is no code to serve its model.`, {
      remedy: 'Give the inference code: `lab.deploy(job, { source: { script } })`.',
    });
  }
  const { Body } = await context.clients.s3.send(new GetObjectCommand(objectAt(archive)), { abortSignal: signal });
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return {
    artifacts,
    image,
    about,
    code: { program: JSON.parse(program) as string, entries: unpackSource(bytes), hash: archive, chosen: false },
  };
}

async function fromSource(source: NonNullable<ModelOptions['source']>): Promise<HostedCode> {
  const { program, entries, hash } = await packSource(source);
  return { program, entries, hash, chosen: true };
}
