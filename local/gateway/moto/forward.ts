import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../call.ts';
import type { Body } from '../http/body.ts';
import type { Resolved } from '../protocol/resolve.ts';
import type { MotoClient } from './client.ts';

/** Headers that end at the gateway: the signature, and what belonged to the transport of the body. */
const DROPPED = new Set([
  'authorization',
  'connection',
  'expect',
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-trailer',
  'x-amz-decoded-content-length',
  'x-amz-date',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
]);
const RESPONSE_DROPPED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'server', 'date']);

export interface Forwarded {
  readonly service: string;
  readonly resolved: Resolved;
  readonly method: string;
  readonly path: string;
  /** The query string as it came: moto tells `?acl` from `?acl=`. */
  readonly rawQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * The request as moto is to see it: without its signature, the body plain, and in one form only. moto looks for the
 * operation in several places (the query string before the target, the bucket in the host name), so nothing is passed on
 * that could say something else than what was authorized.
 */
export function send(moto: MotoClient, request: Forwarded): Promise<IncomingMessage> {
  const { service, resolved, body } = request;
  const { metadata } = resolved.model;
  const bytes = body.bytes ?? body.stream();
  switch (resolved.protocol) {
    case 'query':
    case 'ec2':
      return post(moto, request, { 'content-type': 'application/x-www-form-urlencoded' }, resolved.form.toString());
    case 'rest-xml':
      return moto.send({
        service,
        method: request.method,
        path: pathOf(request),
        headers: { ...restHeaders(request), host: hostOf(request), 'content-length': body.length },
        body: bytes,
      });
    default:
      return post(
        moto,
        request,
        {
          'content-type': `application/x-amz-json-${metadata.jsonVersion ?? '1.1'}`,
          'x-amz-target': `${metadata.targetPrefix ?? ''}.${resolved.operation.name}`,
          'content-length': body.length,
        },
        bytes,
      );
  }
}

const post = (
  moto: MotoClient,
  request: Forwarded,
  headers: OutgoingHttpHeaders,
  body: Readable | Buffer | string,
): Promise<IncomingMessage> =>
  moto.send({ service: request.service, method: 'POST', path: '/', headers: { ...headers, host: hostOf(request) }, body });

/** Links in moto's answers lead back to where the client came in. */
const hostOf = ({ headers }: Forwarded): string =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '') ? (headers.host as string) : '127.0.0.1';

function pathOf({ path, rawQuery }: Forwarded): string {
  const query = rawQuery
    .split('&')
    .filter(
      (part) =>
        part !== '' && !/^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)(=|$)/.test(part),
    )
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}

function restHeaders(request: Forwarded): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries({ ...request.headers, ...request.trailers })) if (!DROPPED.has(name)) headers[name] = value;
  const encoding = request.headers['content-encoding']
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '');
  if (encoding !== undefined && encoding.length > 0) headers['content-encoding'] = encoding.join(',');
  return headers;
}

/** Passes moto's answer on. 501: moto lacks the operation. A page of HTML: it failed, and says nothing to the client. */
export async function answer(from: IncomingMessage, to: ServerResponse, operation: string): Promise<void> {
  const status = from.statusCode ?? 502;
  if (status === 501) {
    from.resume();
    throw new AwsError('OperationNotEmulated', `The local environment does not run ${operation}.`, 400);
  }
  if (status >= 500 && from.headers['content-type']?.startsWith('text/html') === true) {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    throw new Error(
      `moto failed in ${operation}: ${/<title>([^<\n]*)/.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? 'no reason given'}`,
    );
  }
  to.statusCode = status;
  for (const [name, value] of Object.entries(passedHeaders(from.headers))) if (value !== undefined) to.setHeader(name, value);
  await pipeline(from, to);
}

export const passedHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !RESPONSE_DROPPED.has(name)));
