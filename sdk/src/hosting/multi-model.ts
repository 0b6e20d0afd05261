import { DescribeEndpointCommand, DescribeEndpointConfigCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import { CopyObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { MULTI_MODELS, SealabError } from '../contract/index.ts';
import { freshName } from '../jobs/names.ts';
import type { Source } from '../source/api.ts';
import type { ContainerSource } from './api.ts';
import { archivePlace, objectAt } from './model-archive.ts';
import { hostable } from './model-source.ts';

const ARCHIVE = '.tar.gz';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/;

/** A model's name as `TargetModel` has it: its key below the prefix. */
export const targetOf = (model: string): string => (model.endsWith(ARCHIVE) ? model : `${model}${ARCHIVE}`);

/** A prefix of its own for the archives of one multi-model endpoint, and how the first one gets there. */
export function multiModelPlace(context: LabContext, about: string) {
  const prefix = `s3://${context.environment.buckets.model}/${MULTI_MODELS}/${freshName(about)}/`;
  return { prefix, put: (from: string, signal: AbortSignal) => copyTo(context, from, `${prefix}${targetOf(about)}`, signal) };
}

/** Archives are made once under a name by content, and copied within S3. */
async function copyTo({ clients }: LabContext, from: string, to: string, signal: AbortSignal): Promise<void> {
  const { Bucket, Key } = objectAt(from);
  await clients.s3.send(new CopyObjectCommand({ ...objectAt(to), CopySource: `${Bucket}/${Key}` }), { abortSignal: signal });
}

/** Prefix and program of the container behind an endpoint. */
async function multiModelOf({ clients }: LabContext, name: string, signal: AbortSignal) {
  const options = { abortSignal: signal };
  const { EndpointConfigName } = await clients.sageMaker.send(new DescribeEndpointCommand({ EndpointName: name }), options);
  const { ProductionVariants } = await clients.sageMaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }), options);
  const { PrimaryContainer } = await clients.sageMaker.send(
    new DescribeModelCommand({ ModelName: ProductionVariants?.[0]?.ModelName }),
    options,
  );
  if (PrimaryContainer?.Mode === 'MultiModel' && PrimaryContainer.ModelDataUrl !== undefined)
    return { prefix: PrimaryContainer.ModelDataUrl, program: PrimaryContainer.Environment?.['SAGEMAKER_PROGRAM'] };
  throw new SealabError('InvalidInput', `Endpoint ${name} serves one model.`, {
    remedy: 'Host several behind one endpoint with `lab.deploy(job, { multiModel: true })`.',
    details: { name },
  });
}

/** Names of the archives behind a multi-model endpoint. */
export async function modelsBehind(context: LabContext, name: string): Promise<string[]> {
  const signal = endSignal(context);
  const { Bucket, Key } = objectAt((await multiModelOf(context, name, signal)).prefix);
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await context.clients.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: Key, ...(ContinuationToken === undefined ? {} : { ContinuationToken }) }),
      { abortSignal: signal },
    );
    for (const object of page.Contents ?? []) if (object.Key?.endsWith(ARCHIVE) === true) names.push(object.Key.slice(Key.length));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return names;
}

/** Packs a model and puts it behind the endpoint. SageMaker loads it when it is asked for. */
export async function addModel(
  context: LabContext,
  endpoint: string,
  source: ContainerSource['model'],
  name: string,
  { source: code, signal: given }: { readonly source?: Source; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const signal = endSignal(context, given);
  const target = targetOf(name);
  if (!NAME.test(target)) {
    throw new SealabError('InvalidInput', `name: ${JSON.stringify(name)} is not a name for an archive.`, {
      remedy: 'Use letters, digits, dots, hyphens and underscores.',
      details: { field: 'name', given: name, pattern: NAME.source },
    });
  }
  const { prefix, program } = await multiModelOf(context, endpoint, signal);
  const found = await hostable(context, source, code === undefined ? {} : { source: code }, signal);
  const packed = await (await archivePlace(context, found.artifacts, found.code, signal)).pack();
  if (program !== undefined && packed.program !== program) {
    throw new SealabError(
      'InvalidInput',
      `The program of this model is ${packed.program}; all models behind endpoint ${endpoint} are served by ${program}.`,
      {
        remedy: `Give the code under that name: { source: { script: '${program}' } }.`,
        details: { given: packed.program, required: program },
      },
    );
  }
  await copyTo(context, packed.s3Uri, `${prefix}${target}`, signal);
  return target;
}
