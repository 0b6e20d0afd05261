import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../call.ts';
import { SERVICES } from '../coverage.ts';
import { serviceModel, shapeOf, type Operation, type ServiceModel } from './models.ts';

export type Protocol = 'json' | 'cbor' | 'query' | 'ec2' | 'rest-json' | 'rest-xml';

/** A request as it came, after its body was read. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body where it is small enough to be a document; undefined for a large upload. */
  readonly bytes: Buffer | undefined;
}

export interface Resolved {
  readonly protocol: Protocol;
  /** botocore's name of the model: `sagemaker-runtime`. */
  readonly modelName: string;
  readonly model: ServiceModel;
  readonly operation: Operation;
  /** Labels of the path (REST) and parameters (query). */
  readonly labels: Readonly<Record<string, string>>;
  readonly form: URLSearchParams;
}

const NO_FORM = new URLSearchParams();

/** Which operation of which service model a request means. Throws what AWS answers when there is none. */
export function resolveOperation(service: string, request: HttpRequest): Resolved {
  const names = SERVICES[service]?.models;
  if (names === undefined) throw new AwsError('OperationNotEmulated', `The local environment does not run the service ${service}.`, 400);
  const resolved = byTarget(names, request) ?? byCborPath(names, request) ?? byForm(names, request) ?? byRestPath(names, request);
  if (resolved === undefined)
    throw new AwsError('UnknownOperationException', `No operation of ${service} has the form ${request.method} ${request.path}.`, 404);
  return resolved;
}

/** The protocol that errors are answered in when no operation was found. */
export function guessProtocol(service: string, request: Pick<HttpRequest, 'headers'>): Protocol {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  const name = SERVICES[service]?.models[0];
  const model = name === undefined ? undefined : serviceModel(name);
  const protocol = model === undefined ? 'json' : nativeProtocol(model);
  // A service that has several protocols was not asked in the compact one, or the header would say so.
  return protocol === 'cbor' ? 'json' : protocol;
}

function nativeProtocol(model: ServiceModel): Protocol {
  const { protocol } = model.metadata;
  return protocol === 'smithy-rpc-v2-cbor' ? 'cbor' : (protocol as Protocol);
}

function byTarget(names: readonly string[], request: HttpRequest): Resolved | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const at = target.lastIndexOf('.');
  for (const modelName of names) {
    const model = serviceModel(modelName);
    const operation = model.operations[target.slice(at + 1)];
    if (model.metadata.targetPrefix === target.slice(0, at) && operation !== undefined) {
      return { protocol: 'json', modelName, model, operation, labels: {}, form: NO_FORM };
    }
  }
  throw new AwsError('UnknownOperationException', `The operation ${target} is not known.`, 400);
}

function byCborPath(names: readonly string[], request: HttpRequest): Resolved | undefined {
  if (request.headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined;
  const [, , operationName] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path) ?? [];
  for (const modelName of names) {
    const model = serviceModel(modelName);
    const operation = operationName === undefined ? undefined : model.operations[operationName];
    if (operation !== undefined) return { protocol: 'cbor', modelName, model, operation, labels: {}, form: NO_FORM };
  }
  throw new AwsError('UnknownOperationException', `The operation at ${request.path} is not known.`, 404);
}

function byForm(names: readonly string[], request: HttpRequest): Resolved | undefined {
  const form = new URLSearchParams(
    request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true ? request.bytes?.toString('utf8') : undefined,
  );
  for (const [name, value] of request.query) if (!name.startsWith('X-Amz-')) form.append(name, value);
  const actions = form.getAll('Action');
  if (actions.length === 0) return undefined;
  refuseRepeated(form);
  for (const modelName of names) {
    const model = serviceModel(modelName);
    const native = nativeProtocol(model);
    const speaks = native === 'query' || native === 'ec2' || model.metadata.protocols?.includes('query') === true;
    const operation = model.operations[actions[0] ?? ''];
    if (speaks && operation !== undefined) {
      return { protocol: native === 'ec2' ? 'ec2' : 'query', modelName, model, operation, labels: {}, form };
    }
  }
  if (names.some((name) => ['query', 'ec2'].includes(nativeProtocol(serviceModel(name))))) {
    throw new AwsError('InvalidAction', `The action ${String(actions[0])} is not valid for this web service.`, 400);
  }
  return undefined;
}

/** Of two values of one parameter, authorization could take one and moto the other. */
function refuseRepeated(parameters: URLSearchParams): void {
  const names = [...parameters.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new AwsError('InvalidParameterCombination', `${repeated} was given more than once.`, 400);
}

interface Route {
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that the URI of the operation has, with their value (`?acl`, `?list-type=2`). */
  readonly constants: readonly (readonly [string, string])[];
  /** Parameters and headers without which the operation makes no sense; that is how UploadPart differs from PutObject. */
  readonly required: readonly { readonly in: 'querystring' | 'header'; readonly name: string }[];
}

const routesOf = new Map<string, readonly Route[]>();

function routes(modelName: string, model: ServiceModel): readonly Route[] {
  let known = routesOf.get(modelName);
  if (known === undefined) {
    // S3 keeps older operations at the address of the ones that replaced them: PutBucketLifecycle.
    const current = Object.values(model.operations).filter(({ deprecated }) => deprecated !== true);
    known = current.map((operation) => {
      const [path = '', query] = operation.http.requestUri.split('?');
      const labels: string[] = [];
      const pattern = path
        .replace(/\/$/, '')
        .replace(/[.*^$()|[\]\\]/g, '\\$&')
        .replace(/\{([^}+]+)(\+?)\}/g, (_all, name: string, greedy: string) => {
          labels.push(name);
          return greedy === '+' ? '(.+)' : '([^/]+)';
        });
      const input = operation.input === undefined ? undefined : shapeOf(model, operation.input);
      return {
        operation,
        pattern: new RegExp(`^${pattern}${path.endsWith('+}') ? '' : '/?'}$`, 's'),
        labels,
        constants: [...new URLSearchParams(query ?? '')],
        required: (input?.required ?? []).flatMap((name) => {
          const member = input?.members?.[name];
          return member?.location === 'querystring' || member?.location === 'header'
            ? [{ in: member.location, name: member.locationName ?? name }]
            : [];
        }),
      };
    });
    routesOf.set(modelName, known);
  }
  return known;
}

function byRestPath(names: readonly string[], request: HttpRequest): Resolved | undefined {
  const has = ({ in: where, name }: Route['required'][number]): boolean =>
    where === 'header' ? request.headers[name.toLowerCase()] !== undefined : request.query.has(name);
  for (const modelName of names) {
    const model = serviceModel(modelName);
    const protocol = nativeProtocol(model);
    if (protocol !== 'rest-json' && protocol !== 'rest-xml') continue;
    const all = routes(modelName, model);
    const fitting = all
      .filter(
        (route) =>
          route.operation.http.method === request.method &&
          route.pattern.test(request.path) &&
          route.constants.every(([name, value]) => request.query.has(name) && (value === '' || request.query.get(name) === value)) &&
          route.required.every(has),
      )
      .sort((a, b) => weight(b) - weight(a));
    const best = fitting[0];
    if (best === undefined) continue;
    refuseMixedSubresources(all, best, request);
    if (protocol === 'rest-xml') refuseRepeated(request.query);
    const match = best.pattern.exec(request.path);
    const labels = Object.fromEntries(best.labels.map((label, index) => [label, decodeLabel(match?.[index + 1] ?? '')]));
    return { protocol, modelName, model, operation: best.operation, labels, form: NO_FORM };
  }
  return undefined;
}

const weight = (route: Route): number => route.constants.length * 100 + route.required.length * 10 + route.labels.length;

/**
 * `?acl&policy` names two operations at once: what is authorized here and what moto carries out could differ.
 */
function refuseMixedSubresources(all: readonly Route[], best: Route, request: HttpRequest): void {
  const own = new Set(best.constants.map(([name]) => name));
  const declared = new Set(
    all.filter((route) => route.operation.http.method === request.method).flatMap((route) => route.constants.map(([name]) => name)),
  );
  const others = [...request.query.keys()].filter((name) => declared.has(name) && !own.has(name));
  if (others.length > 0) {
    throw new AwsError('InvalidRequest', `Conflicting query string parameters: ${[...own, ...others].join(', ')}.`, 400);
  }
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}
