import { CreateProcessingJobCommand, DescribeProcessingJobCommand } from '@aws-sdk/client-sagemaker';
import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import type { DataInput } from '../inputs/api.ts';
import { checkedChannel, located, placeOf, refuseBeyond } from '../inputs/channel.ts';
import { putOnce } from '../inputs/upload.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { imageFor, oneOf, refuseUnknown, SECONDS, tagsOf, variables, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import { codeFolder, packSource } from '../source/pack.ts';
import type { PackedSource } from '../source/pack.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { ProcessingJob, ProcessOptions } from './api.ts';
import { processingJob } from './processing-job.ts';

/** Every option of `lab.process`; the steps of pipelines have most of them too. */
export const PROCESSING_OPTIONS: Known<ProcessOptions> = {
  preflight: true,
  script: true,
  sourceDirectory: true,
  framework: true,
  image: true,
  inputs: true,
  outputs: true,
  arguments: true,
  instanceType: true,
  instanceCount: true,
  volumeSize: true,
  network: true,
  maxRuntime: true,
  environment: true,
  tags: true,
  name: true,
  onProgress: true,
  signal: true,
};

const INPUT = '/opt/ml/processing/input';
const OUTPUT = '/opt/ml/processing/output';
const CODE = 'code';

/** Where packed code goes in the artifacts bucket, file by file. */
export const codePrefix = (packed: PackedSource) => `${codeFolder(packed.hash)}/files`;

/** What `process` would send; data that is not in S3 yet is shown by a placeholder. */
export async function processingCalls(context: LabContext, options: ProcessOptions): Promise<PlannedCall[]> {
  const { packed, inputs } = await read(options);
  const locations = new Map([...inputs].map(([name, input]) => [name, placeOf(input, context.environment)]));
  return [plannedCall('CreateProcessingJob', processingRequest(options, packed, locations, context), context.environment, options)];
}

/** Packs the code and names the inputs. Everything that can be refused without asking AWS is refused here. */
async function read(options: ProcessOptions): Promise<{ packed: PackedSource; inputs: Map<string, DataInput> }> {
  refuseUnknown('lab.process', options, PROCESSING_OPTIONS);
  const packed = await packSource(options);
  if (packed.requirements) {
    throw new SealabError('InvalidInput', 'requirements.txt: a processing job starts the program as it is and installs nothing.', {
      remedy: 'Use what the framework’s image has, or an own image.',
    });
  }
  const inputs = new Map<string, DataInput>();
  for (const [name, input] of Object.entries(options.inputs ?? {})) {
    if (name === CODE)
      throw new SealabError('InvalidInput', `inputs.${name}: this input carries the code.`, { remedy: 'Give the input another name.' });
    refuseBeyond(`inputs.${name}`, input, ['mode', 'distribution']);
    inputs.set(checkedChannel(name), input);
  }
  return { packed, inputs };
}

/** Uploads code and data, and submits a processing job. */
export async function process(context: LabContext, options: ProcessOptions): Promise<ProcessingJob> {
  const { environment, clients } = context;
  const signal = endSignal(context, options.signal);
  options.onProgress?.({ step: 'packing' });
  const { packed, inputs } = await read(options);
  const request = (locations: ReadonlyMap<string, string>) =>
    plannedCall('CreateProcessingJob', processingRequest(options, packed, locations, context), environment, options);
  request(new Map([...inputs.keys()].map((name) => [name, ''])));

  const onUpload = (progress: { file: string; bytes: number; totalBytes: number }) =>
    options.onProgress?.({ step: 'uploading', ...progress });
  const [uploaded] = await Promise.all([
    Promise.all([...inputs].map(async ([name, input]) => [name, await located(context, input, onUpload, signal)] as const)),
    Promise.all(
      packed.entries.map(({ name, bytes }) =>
        putOnce(clients.s3, environment.buckets.artifacts, `${codePrefix(packed)}/${name}`, bytes, true, signal),
      ),
    ),
  ]);
  const { input, fields } = request(new Map(uploaded));
  const name = input.ProcessingJobName ?? '';
  options.onProgress?.({ step: 'submitting', name });
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateProcessingJobCommand(input), { abortSignal: signal }),
    find: () => clients.sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name })).catch(notThere),
    input,
    signal,
  });
  return processingJob(context, name, fields);
}

function processingRequest(
  options: ProcessOptions,
  packed: PackedSource,
  locations: ReadonlyMap<string, string>,
  { environment }: LabContext,
): Omit<CreateProcessingJobRequest, 'RoleArn'> {
  const name = options.name === undefined ? freshName(packed.program) : checkedName(options.name);
  const input = (InputName: string, S3Uri: string) => {
    const given = options.inputs?.[InputName];
    const { mode = 'File', distribution = 'FullyReplicated' } = typeof given === 'object' && 's3Uri' in given ? given : {};
    return {
      InputName,
      S3Input: {
        S3Uri,
        LocalPath: `${INPUT}/${InputName}`,
        S3DataType: 'S3Prefix' as const,
        // A processing job has no streaming as files.
        S3InputMode: oneOf<'File' | 'FastFile' | 'Pipe'>(`inputs.${InputName}.mode`, mode, ['File', 'Pipe']) as 'File' | 'Pipe',
        S3DataDistributionType: oneOf(`inputs.${InputName}.distribution`, distribution, ['FullyReplicated', 'ShardedByS3Key']),
      },
    };
  };
  return {
    ProcessingJobName: name,
    AppSpecification: {
      ImageUri: imageFor(environment, options),
      ContainerEntrypoint: ['python3', `${INPUT}/${CODE}/${packed.program}`],
      ...(options.arguments === undefined ? {} : { ContainerArguments: [...options.arguments] }),
    },
    ProcessingInputs: [
      ...[...locations].map(([inputName, uri]) => input(inputName, uri)),
      input(CODE, `s3://${environment.buckets.artifacts}/${codePrefix(packed)}/`),
    ],
    ...((options.outputs ?? []).length === 0
      ? {}
      : {
          ProcessingOutputConfig: {
            Outputs: (options.outputs ?? []).map((output) => ({
              OutputName: checkedChannel(output),
              S3Output: {
                S3Uri: `s3://${environment.buckets.model}/processing-jobs/${name}/${output}`,
                LocalPath: `${OUTPUT}/${output}`,
                S3UploadMode: 'EndOfJob' as const,
              },
            })),
          },
        }),
    ProcessingResources: {
      ClusterConfig: {
        InstanceType: (options.instanceType ?? environment.instanceTypes.processing[0]) as never,
        InstanceCount: wholeNumber('instanceCount', options.instanceCount ?? 1, 1, 100),
        VolumeSizeInGB: wholeNumber('volumeSize', options.volumeSize ?? 30, 1, 16_384),
      },
    },
    StoppingCondition: { MaxRuntimeInSeconds: wholeNumber('maxRuntime', options.maxRuntime ?? SECONDS.hour, 1, SECONDS.mostProcessing) },
    ...(options.network === 'connected' ? { NetworkConfig: { EnableNetworkIsolation: false } } : {}),
    ...variables(options, environment),
    ...tagsOf(options.tags),
  };
}
