import { CreateModelCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import type { Clients } from '../clients/api.ts';
import type { LabContext } from '../context.ts';
import { freshName } from '../jobs/names.ts';
import { tagsOf } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { DeployOptions, ModelSource } from './api.ts';
import { packModel } from './model-archive.ts';
import type { HostedModel } from './model-archive.ts';
import { hostable } from './model-source.ts';

/** A model that is there, or what has to be done to make it. Until `pack`, AWS has only been read. */
export interface PreparedModel {
  readonly name: string;
  /** `undefined`: there is one already. The archive's place is a placeholder. */
  readonly call: PlannedCall<'CreateModel'> | undefined;
  /** Puts the code into the archive; returns the call to send. */
  readonly pack: () => Promise<PlannedCall<'CreateModel'> | undefined>;
}

export interface ModelSettings {
  /** The model's name, from what the source is about. `freshName` unless given. */
  readonly nameFor?: (about: string) => string;
  /** Asked for once the name is known. */
  readonly tags?: () => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Finds out what a model needs, and refuses what cannot work before anything is written. */
export async function prepareModel(
  context: LabContext,
  source: ModelSource,
  options: Pick<DeployOptions, 'source' | 'framework' | 'image' | 'environment'>,
  { nameFor = freshName, tags, signal }: ModelSettings,
): Promise<PreparedModel> {
  if ('model' in source) return { name: source.model, call: undefined, pack: () => Promise.resolve(undefined) };

  const { environment } = context;
  const { artifacts, code, image, about } = await hostable(context, source, options, signal);
  const name = nameFor(about);
  const call = ({ s3Uri, program }: HostedModel) => {
    const PrimaryContainer = {
      Image: image,
      ModelDataUrl: s3Uri,
      Environment: {
        SAGEMAKER_PROGRAM: program,
        SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
        SAGEMAKER_REGION: environment.region,
        ...options.environment,
      },
    };
    return plannedCall('CreateModel', { ModelName: name, PrimaryContainer, ...tagsOf(tags?.()) }, environment, options);
  };
  return {
    name,
    call: call({ s3Uri: `s3://${environment.buckets.model}/hosted/<content hash>/model.tar.gz`, program: code.program }),
    pack: async () => call(await packModel(context, artifacts, code, signal)),
  };
}

/** Packs and creates, at most once; `false` where the model was there already. */
export async function createPrepared({ sageMaker }: Clients, prepared: PreparedModel, signal: AbortSignal): Promise<boolean> {
  const call = await prepared.pack();
  if (call === undefined) return false;
  const { input } = call;
  await submitOnce({
    send: () => sageMaker.send(new CreateModelCommand(input), { abortSignal: signal }),
    find: () => sageMaker.send(new DescribeModelCommand({ ModelName: prepared.name })).catch(notThere),
    input,
    signal,
  });
  return true;
}
