import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { DISK_FULL } from '../disk-full.ts';
import { AwsError, type Call, type EmulatedService } from './call.ts';
import { GLOBAL_SERVICES, passesToMoto } from './coverage.ts';
import { Unreachable, type Authorizer } from './authorization/authorizer.ts';
import type { Body } from './http/body.ts';
import { readBody } from './http/body.ts';
import type { Door } from './http/listener.ts';
import type { CredentialStore, Identity } from './identity/credentials.ts';
import type { MotoClient } from './moto/client.ts';
import { answer, passedHeaders, send } from './moto/forward.ts';
import { answerCborByJson } from './moto/cbor-by-json.ts';
import { readInput } from './protocol/read-input.ts';
import { guessProtocol, resolveOperation, type HttpRequest, type Protocol, type Resolved } from './protocol/resolve.ts';
import { writeError } from './protocol/write-error.ts';
import { writeOutput } from './protocol/write-output.ts';
import type { Settings } from './settings.ts';
import { verifyChecksums } from './signature/checksum.ts';
import { readChunked } from './signature/chunked.ts';
import { readClaim } from './signature/scope.ts';
import { expiredToken, unknownKey, verifySignature } from './signature/verify.ts';

export interface PipelineParts {
  readonly settings: Settings;
  readonly credentials: CredentialStore;
  readonly moto: MotoClient;
  readonly authorizer: Authorizer;
  /** By signing name. */
  readonly services: ReadonlyMap<string, readonly EmulatedService[]>;
  readonly log: Logger;
  /** Called after moto has answered: what was learned from its policies may no longer hold. */
  readonly afterMoto: (call: Call, status: number, answer: string | undefined) => Promise<void>;
}

/** What came over the wire, verified. */
interface Arrived {
  readonly identity: Identity;
  readonly service: string;
  readonly request: HttpRequest & { readonly rawQuery: string };
  readonly body: Body;
  readonly trailers: Readonly<Record<string, string>>;
  readonly presigned: boolean;
}

/** Answers one request: who calls, what do they want, may they, and then the service that does it. */
export function createPipeline(
  parts: PipelineParts,
): (request: IncomingMessage, response: ServerResponse, door: Door, tlsVersion: string) => Promise<void> {
  return async (incoming, response, door, tlsVersion) => {
    const started = performance.now();
    const requestId = randomUUID();
    // What is known when something goes wrong decides the form of the error.
    const known: { service: string; protocol: Protocol; operation?: string; principal?: string } = { service: 'unknown', protocol: 'json' };
    let arrived: Arrived | undefined;
    let failure: unknown;
    try {
      arrived = await receive(parts, incoming, door, known);
      const resolved = resolveOperation(arrived.service, arrived.request);
      known.protocol = resolved.protocol;
      known.operation = resolved.operation.name;
      const call: Call = {
        service: arrived.service,
        operation: resolved.operation.name,
        input: readInput(resolved, arrived.request),
        principal: arrived.identity.principal,
        origin: door.origin,
        accountId: parts.settings.account,
        region: parts.settings.region,
        partition: parts.settings.partition,
        requestId,
      };
      if (arrived.service === 's3' && call.operation !== 'CompleteMultipartUpload') {
        await verifyChecksums(arrived.body, { ...arrived.request.headers, ...arrived.trailers });
      }
      const handler = handlerOf(parts, call);
      await parts.authorizer.authorizeCall({
        call,
        resolved,
        identity: arrived.identity,
        headers: arrived.request.headers,
        tlsVersion,
        presigned: arrived.presigned,
        serviceKeys: Object.assign(
          {},
          ...(parts.services.get(call.service) ?? []).map((service) => service.conditionKeys?.(call) ?? {}),
        ) as Record<string, string>,
      });
      if (handler === undefined && !passesToMoto(call.service, call.operation)) throw notEmulated(parts, call);
      if (handler !== undefined) await writeOutput(response, resolved, ((await handler(call)) ?? {}) as Record<string, unknown>, requestId);
      else await passOn(parts, call, resolved, arrived, response);
    } catch (error) {
      failure = error;
      if (error instanceof Unreachable) {
        incoming.socket.destroy();
        return;
      }
      if (!incoming.complete) response.setHeader('connection', 'close');
      writeError(response, known.protocol, error, requestId, incoming.method === 'HEAD');
    } finally {
      await arrived?.body.discard();
      const line = {
        service: known.service,
        operation: known.operation,
        principal: known.principal,
        origin: door.origin.kind,
        status: response.statusCode,
        ms: Math.round(performance.now() - started),
      };
      if (failure === undefined) parts.log.info(line);
      else if (failure instanceof Unreachable)
        parts.log.info({ ...line, status: undefined, error: failure.name, message: failure.message });
      else if (response.destroyed && !response.writableFinished) parts.log.info({ ...line, error: 'ClientWentAway' });
      else if (failure instanceof AwsError) parts.log.info({ ...line, error: failure.code, message: failure.message });
      else parts.log.error({ ...line, err: failure });
    }
  };
}

async function receive(
  parts: PipelineParts,
  incoming: IncomingMessage,
  door: Door,
  known: { service: string; protocol: Protocol; principal?: string },
): Promise<Arrived> {
  const url = incoming.url ?? '/';
  const at = url.indexOf('?');
  const [path, rawQuery] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
  const query = new URLSearchParams(rawQuery.replace(/\+/g, '%2B'));
  // Until the signature says which service is meant, the form of the request must do.
  known.protocol = guessProtocol('s3', incoming);
  const claim = readClaim(incoming.headers, query);
  if (claim === undefined) {
    throw incoming.headers['x-amz-target'] === undefined
      ? new AwsError('AccessDenied', 'Access Denied', 403)
      : new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  known.service = claim.service;
  known.protocol = guessProtocol(claim.service, incoming);
  await parts.authorizer.checkReachable(door, claim.service, path);
  const identity = parts.credentials.find(claim.accessKeyId);
  if (identity === undefined) throw unknownKey(claim.service);
  if (identity.expires !== undefined && identity.expires < Date.now()) throw expiredToken(claim.service);
  known.principal = identity.principal.arn;

  const method = incoming.method ?? 'GET';
  const wire = { method, path, query: rawQuery, headers: incoming.headers };
  const { region } = parts.settings;
  const expectation = {
    secret: identity.secret,
    sessionToken: identity.sessionToken,
    regions: GLOBAL_SERVICES.has(claim.service) ? [region, 'us-east-1'] : [region],
  };
  const verify = (payload: string) => verifySignature(wire, claim, expectation, payload, new Date());
  let body: Body;
  let trailers: Readonly<Record<string, string>> = {};
  if (claim.payload?.startsWith('STREAMING-') === true) {
    ({ body, trailers } = await readChunked(incoming, verify(claim.payload)));
  } else if (claim.payload !== undefined || (claim.form === 'query' && claim.service === 's3')) {
    // The hash is stated, so the signature can be checked before anything is read.
    const payload = claim.payload ?? 'UNSIGNED-PAYLOAD';
    verify(payload);
    body = await readBody(incoming);
    if (payload !== 'UNSIGNED-PAYLOAD' && payload !== body.sha256) {
      await body.discard();
      throw new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", 400);
    }
  } else {
    body = await readBody(incoming);
    try {
      verify(body.sha256);
    } catch (error) {
      await body.discard();
      throw error;
    }
  }
  return {
    identity,
    service: claim.service,
    request: { method, path, query, rawQuery, headers: incoming.headers, bytes: body.bytes },
    body,
    trailers,
    presigned: claim.form === 'query',
  };
}

function handlerOf(parts: PipelineParts, call: Call): ((call: Call) => unknown) | undefined {
  for (const service of parts.services.get(call.service) ?? []) {
    const handler = Object.hasOwn(service.operations, call.operation) ? service.operations[call.operation] : undefined;
    if (handler !== undefined) return handler;
  }
  return undefined;
}

/** Operations whose answer tells what is asked for nowhere else: a user's secret, the id of an upload. */
const LEARNED_FROM: ReadonlySet<string> = new Set(['CreateAccessKey', 'CreateMultipartUpload']);

/** What `local/moto/server.py` answers to a change that it could not keep. */
const INSUFFICIENT_STORAGE = 507;

function notEmulated(parts: PipelineParts, { service, operation }: Call): AwsError {
  const why = parts.services
    .get(service)
    ?.map((one) => one.refusalOf?.(operation))
    .find((reason) => reason !== undefined);
  return new AwsError(
    'OperationNotEmulated',
    `The local environment does not run ${service}:${operation}.${why === undefined ? '' : ` ${why}`}`,
    400,
  );
}

async function passOn(parts: PipelineParts, call: Call, resolved: Resolved, arrived: Arrived, response: ServerResponse): Promise<void> {
  if (resolved.protocol === 'cbor') {
    await answerCborByJson(parts.moto, call, resolved, response);
    await parts.afterMoto(call, response.statusCode, undefined);
    return;
  }
  const from = await send(parts.moto, {
    ...arrived.request,
    service: call.service,
    resolved,
    body: arrived.body,
    trailers: arrived.trailers,
  });
  if (from.statusCode === INSUFFICIENT_STORAGE) {
    from.resume();
    throw new AwsError('InternalFailure', DISK_FULL, 500);
  }
  if (LEARNED_FROM.has(call.operation)) {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks);
    await parts.afterMoto(call, from.statusCode ?? 500, text.toString('utf8'));
    response.writeHead(from.statusCode ?? 500, { ...passedHeaders(from.headers), 'content-length': text.length }).end(text);
    return;
  }
  // Before the client can act on the answer.
  await parts.afterMoto(call, from.statusCode ?? 500, undefined);
  await answer(from, response, `${call.service}:${call.operation}`);
}
