import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { DataInput, UploadProgress } from '../inputs/api.ts';
import { checkedChannel, located, placeOf } from '../inputs/channel.ts';
import { putOnce } from '../inputs/upload.ts';
import { refuse } from '../jobs/options.ts';
import { codeFolder, packSource } from '../source/pack.ts';
import type { PackedSource } from '../source/pack.ts';
import type { TrainOptions } from './api.ts';

/** The channel that carries the code: an isolated container cannot fetch it from S3 itself. */
export const CODE_CHANNEL = 'code';
export const CODE_ARCHIVE = 'sourcedir.tar.gz';
/** Where packed code goes in the artifacts bucket. */
export const codeKey = (hash: string): string => `${codeFolder(hash)}/${CODE_ARCHIVE}`;

/** What a training runs, and on what. */
export interface Program {
  /** `undefined`: an own image that starts its own program. */
  readonly packed: PackedSource | undefined;
  readonly channels: ReadonlyMap<string, DataInput>;
}

type ProgramOptions = Pick<
  TrainOptions,
  'script' | 'sourceDirectory' | 'image' | 'entrypoint' | 'arguments' | 'distribution' | 'data' | 'inputs' | 'network'
>;

/** Packs the code and names the channels. Everything that can be refused without asking AWS is refused here or by the request. */
export async function readProgram(options: ProgramOptions): Promise<Program> {
  const { script, sourceDirectory, network } = options;
  refuseContradictions(options);
  const packed =
    script === undefined ? undefined : await packSource({ script, ...(sourceDirectory === undefined ? {} : { sourceDirectory }) });
  if (packed?.requirements === true && network !== 'connected') {
    throw new SealabError('InvalidInput', 'requirements.txt asks for packages, and an isolated job has no network to fetch them.', {
      remedy: "Set network: 'connected' where your administrator allows it, or use what the framework's image has.",
      details: { field: 'network', given: network ?? 'isolated', required: 'connected' },
    });
  }
  return { packed, channels: channelsOf(options, packed !== undefined) };
}

function refuseContradictions({ script, sourceDirectory, image, entrypoint, arguments: given, distribution }: ProgramOptions): void {
  if (script === undefined) {
    if (image === undefined)
      refuse('script', 'there is no program to run.', 'Give `script`, or an own `image` that brings its program along.');
    if (sourceDirectory !== undefined)
      refuse('sourceDirectory', 'it goes along with a script.', 'Give `script` as the path below `sourceDirectory`.');
    if (distribution !== undefined)
      refuse('distribution', 'it is read by the toolkit that starts a script.', 'Leave it out, or give `script`.');
  } else if (entrypoint !== undefined || given !== undefined) {
    refuse(
      entrypoint === undefined ? 'arguments' : 'entrypoint',
      'it would replace the toolkit that starts the script.',
      'Leave out `script`, or hand values over as `hyperparameters`.',
    );
  }
}

/** Data inputs by channel. */
function channelsOf({ data, inputs }: Pick<TrainOptions, 'data' | 'inputs'>, withCode: boolean): Map<string, DataInput> {
  const channels = new Map<string, DataInput>(data === undefined ? [] : [['training', data]]);
  for (const [name, input] of Object.entries(inputs ?? {})) {
    if (channels.has(name)) throw new SealabError('InvalidInput', `inputs.${name}: \`data\` is the channel ${name} already.`);
    if (withCode && name === CODE_CHANNEL)
      throw new SealabError('InvalidInput', `inputs.${name}: this channel carries the code.`, { remedy: 'Give the channel another name.' });
    channels.set(checkedChannel(name), input);
  }
  return channels;
}

/** Where the data of each channel is, or a placeholder for what is not uploaded yet. */
export const placesOf = ({ channels }: Program, environment: EnvironmentDescription): Map<string, string> =>
  new Map([...channels].map(([name, input]) => [name, placeOf(input, environment)]));

/** Uploads code and what data is not in S3 yet; says where the data of each channel is. */
export async function uploadProgram(
  context: LabContext,
  { packed, channels }: Program,
  signal: AbortSignal,
  onUpload?: (progress: UploadProgress) => void,
): Promise<Map<string, string>> {
  const { environment, clients } = context;
  const [places] = await Promise.all([
    Promise.all([...channels].map(async ([name, input]) => [name, await located(context, input, onUpload, signal)] as const)),
    packed === undefined
      ? undefined
      : putOnce(clients.s3, environment.buckets.artifacts, codeKey(packed.hash), packed.archive, true, signal),
  ]);
  return new Map(places);
}
