import { gzipSync } from 'node:zlib';
import { afterEach, expect } from '@jest/globals';
import { END_OF_ARCHIVE, tarEntries } from '../../sdk/src/source/tar.ts';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { misfits, operations } from './sagemaker-model.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

type Json = Record<string, unknown>;
interface Kept {
  readonly input: Json;
  readonly createdAt: number;
}
interface KeptEndpoint {
  config: string;
  pending: string | undefined;
  /** Questions until it comes to rest. */
  left: number;
  weights: Json;
}

/** How it goes: what a created or updated endpoint ends as, and which connections break. */
export interface Course {
  readonly created?: 'InService' | 'Failed';
  readonly updated?: 'InService' | 'RolledBack' | 'UpdateRollbackFailed';
  /** What SageMaker says while it goes back. */
  readonly reason?: string;
  readonly breaks?: (request: Received, attempt: number) => 'before' | 'after' | undefined;
  /** Answers in place of what is below; `undefined` leaves it to that. */
  readonly instead?: (request: Received) => Outcome | undefined;
}

const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333';
const missing = (what: string): Outcome => ({ error: 'ValidationException', message: `Could not find ${what}.` });
const taken = (what: string): Outcome => ({ error: 'ValidationException', message: `Cannot create already existing ${what}.` });

/** What requests had that botocore's model does not know or misses. */
const unfit: string[] = [];
afterEach(() => expect(unfit.splice(0)).toEqual([]));

/** The archive that training left: one file. */
const archive = (): Buffer =>
  gzipSync(Buffer.concat([tarEntries([{ name: 'model.joblib', bytes: Buffer.from('trained') }]), END_OF_ARCHIVE]));

/** SageMaker's hosting and S3 as far as names, references and states go, on a socket; what the service model would not take fails the test. */
export async function hostingService(course: Course = {}) {
  const models = new Map<string, Kept>();
  const configs = new Map<string, Kept>();
  const endpoints = new Map<string, KeptEndpoint>();
  const objects = new Map<string, { readonly content: string | Uint8Array; readonly headers: Readonly<Record<string, string>> }>();
  objects.set(`${environment.buckets.model}/jobs/a/model.tar.gz`, { content: archive(), headers: { etag: '"a"' } });
  const attempts = new Map<string, number>();
  let clock = 1_700_000_000;

  const keep = (all: Map<string, Kept>, name: string, input: Json, what: string): Outcome => {
    if (all.has(name)) return taken(what);
    all.set(name, { input, createdAt: clock++ });
    return { json: { ModelArn: `${ARN}:model/${name}`, EndpointConfigArn: `${ARN}:endpoint-config/${name}` } };
  };
  const listed = (all: Map<string, Kept>, contains: unknown) =>
    [...all]
      .filter(([name]) => typeof contains !== 'string' || name.includes(contains))
      .map(([name, { createdAt }]) => ({ name, createdAt }));

  function describeEndpoint(name: string): Outcome {
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) return missing(`endpoint "${name}"`);
    const base = { EndpointName: name, EndpointArn: `${ARN}:endpoint/${name}`, CreationTime: clock };
    const variants = ((configs.get(endpoint.config)?.input['ProductionVariants'] ?? []) as Json[]).map(({ VariantName }) => ({
      VariantName,
    }));
    if (endpoint.left-- > 0) {
      const pending = endpoint.pending === undefined ? {} : { PendingDeploymentSummary: { EndpointConfigName: endpoint.pending } };
      const back = endpoint.pending !== undefined && course.updated === 'RolledBack' && course.reason !== undefined;
      return {
        json: {
          ...base,
          ...pending,
          ProductionVariants: variants,
          EndpointConfigName: endpoint.config,
          EndpointStatus: endpoint.pending === undefined ? 'Creating' : 'Updating',
          ...(back ? { FailureReason: course.reason } : {}),
        },
      };
    }
    let status: string = course.created ?? 'InService';
    if (endpoint.pending !== undefined) {
      if ((course.updated ?? 'InService') === 'InService') endpoint.config = endpoint.pending;
      status = course.updated === 'UpdateRollbackFailed' ? course.updated : 'InService';
      if (status === 'InService') endpoint.pending = undefined;
    }
    return {
      json: {
        ...base,
        ProductionVariants: variants,
        EndpointConfigName: endpoint.config,
        EndpointStatus: status,
        ...(status === 'Failed' ? { FailureReason: 'The container did not answer /ping' } : {}),
      },
    };
  }

  function sageMaker({ operation, input }: Received): Outcome {
    const model = String(input['ModelName']);
    const config = String(input['EndpointConfigName']);
    const name = String(input['EndpointName']);
    switch (operation) {
      case 'CreateModel':
        return keep(models, model, input, 'model');
      case 'CreateEndpointConfig':
        return keep(configs, config, input, 'endpoint configuration');
      case 'DeleteModel':
        return models.delete(model) ? { json: {} } : missing('model');
      case 'DeleteEndpointConfig':
        return configs.delete(config) ? { json: {} } : missing('endpoint configuration');
      case 'DescribeModel':
        return models.has(model) ? { json: { ...models.get(model)?.input, ModelArn: `${ARN}:model/${model}` } } : missing('model');
      case 'DescribeEndpointConfig':
        return configs.has(config)
          ? { json: { ...configs.get(config)?.input, EndpointConfigArn: `${ARN}:endpoint-config/${config}` } }
          : missing('endpoint configuration');
      case 'ListModels':
        return {
          json: {
            Models: listed(models, input['NameContains']).map((one) => ({
              ModelName: one.name,
              ModelArn: `${ARN}:model/${one.name}`,
              CreationTime: one.createdAt,
            })),
          },
        };
      case 'ListEndpointConfigs':
        return {
          json: {
            EndpointConfigs: listed(configs, input['NameContains']).map((one) => ({
              EndpointConfigName: one.name,
              EndpointConfigArn: `${ARN}:endpoint-config/${one.name}`,
              CreationTime: one.createdAt,
            })),
          },
        };
      case 'ListTags': {
        const [kind, of = ''] = String(input['ResourceArn']).split(':').at(-1)?.split('/') ?? [];
        return { json: { Tags: (kind === 'model' ? models : configs).get(of)?.input['Tags'] ?? [] } };
      }
      case 'CreateEndpoint':
        if (endpoints.has(name)) return taken('endpoint');
        endpoints.set(name, { config, pending: undefined, left: 1, weights: {} });
        return { json: { EndpointArn: `${ARN}:endpoint/${name}` } };
      case 'UpdateEndpoint': {
        const endpoint = endpoints.get(name);
        if (endpoint === undefined) return missing('endpoint');
        if (endpoint.pending !== undefined)
          return { error: 'ValidationException', message: `Cannot update in-progress endpoint "${ARN}:endpoint/${name}".` };
        if (!configs.has(config)) return missing('endpoint configuration');
        Object.assign(endpoint, { pending: config, left: 1 });
        return { json: { EndpointArn: `${ARN}:endpoint/${name}` } };
      }
      case 'UpdateEndpointWeightsAndCapacities':
        return { json: { EndpointArn: `${ARN}:endpoint/${name}` } };
      case 'DeleteEndpoint':
        return endpoints.delete(name) ? { json: {} } : missing('endpoint');
      case 'DescribeEndpoint':
        return describeEndpoint(name);
      default:
        return { error: 'UnknownOperationException', message: operation };
    }
  }

  function s3({ operation, headers, body }: Received): Outcome {
    const [method = '', target = ''] = operation.split(' ');
    const url = new URL(target, 'http://localhost');
    const place = decodeURIComponent(url.pathname.slice(1));
    if (url.searchParams.has('list-type')) return s3List(place.replace(/\/$/, ''), url.searchParams);
    if (method === 'PUT') {
      const from = headers['x-amz-copy-source'];
      const copied = typeof from === 'string' ? objects.get(from) : undefined;
      if (typeof from === 'string' && copied === undefined) return notFound;
      const kept = Object.entries(headers).flatMap(([header, value]) =>
        /^x-amz-(meta|server-side)|^content-type$/.test(header) && typeof value === 'string' ? [[header, value] as const] : [],
      );
      objects.set(place, { content: copied?.content ?? body, headers: { ...copied?.headers, ...Object.fromEntries(kept), etag: '"b"' } });
      if (copied !== undefined) return xml('<CopyObjectResult><ETag>"b"</ETag></CopyObjectResult>');
      return { content: '', headers: { etag: '"b"' } };
    }
    const found = objects.get(place);
    if (found === undefined) return method === 'HEAD' ? { empty: 404 } : notFound;
    return { content: method === 'HEAD' ? '' : found.content, headers: found.headers };
  }

  function s3List(bucket: string, asked: URLSearchParams): Outcome {
    const [prefix, delimiter, after] = [asked.get('prefix') ?? '', asked.get('delimiter'), asked.get('start-after') ?? ''];
    const keys = [...objects.keys()]
      .filter((place) => place.startsWith(`${bucket}/${prefix}`))
      .map((place) => place.slice(bucket.length + 1))
      .filter((key) => key > after)
      .sort();
    const folders =
      delimiter === null ? [] : [...new Set(keys.map((key) => `${prefix}${key.slice(prefix.length).split(delimiter)[0] ?? ''}/`))];
    const contents = delimiter === null ? keys.map((key) => `<Contents><Key>${key}</Key></Contents>`) : [];
    const common = folders.map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
    return xml(`<ListBucketResult>${contents.join('')}${common.join('')}</ListBucketResult>`);
  }

  const answer = (request: Received): Outcome => {
    const attempt = (attempts.get(request.operation) ?? 0) + 1;
    attempts.set(request.operation, attempt);
    if (operations.includes(request.operation)) unfit.push(...misfits(request.operation, request.input));
    const when = course.breaks?.(request, attempt);
    if (when === 'before') return 'break';
    const outcome = course.instead?.(request) ?? (request.operation.includes(' ') ? s3(request) : sageMaker(request));
    return when === 'after' ? 'break' : outcome;
  };
  const { lab, service } = await labOnAPort(answer, { as: 'endpointCreation' });
  return {
    lab,
    service,
    models,
    configs,
    endpoints,
    objects,
    /** Names that are left. */
    left: () => ({ models: [...models.keys()], configs: [...configs.keys()], endpoints: [...endpoints.keys()] }),
  };
}

const notFound: Outcome = {
  content: '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
  headers: { 'content-type': 'application/xml' },
  status: 404,
};
const xml = (content: string): Outcome => ({ content, headers: { 'content-type': 'application/xml' } });

/** A model that `hostingService` has the archive of. */
export const trained = {
  artifacts: `s3://${environment.buckets.model}/jobs/a/model.tar.gz`,
  source: { script: { name: 'serve.py', text: 'def model_fn(folder): return folder' } },
};
