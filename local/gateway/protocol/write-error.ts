import { cbor } from '@smithy/core/cbor';
import type { ServerResponse } from 'node:http';
import { DISK_FULL, isDiskFull } from '../../disk-full.ts';
import { AwsError } from '../call.ts';
import type { Protocol } from './resolve.ts';

const escape = (text: string): string => text.replace(/[<>&]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c] ?? c);

const UNKNOWN_FAILURE = 'The request processing has failed because of an unknown error, exception or failure.';

/** The form of "access denied" differs by service: code, status, and EC2's own sentence in front. */
export function accessDenied(service: string, protocol: Protocol, message: string): AwsError {
  if (protocol === 'ec2') return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403);
  if (service === 'sns') return new AwsError('AuthorizationError', message, 403);
  if (protocol === 'query' || protocol === 'rest-xml') return new AwsError('AccessDenied', message, 403);
  return new AwsError('AccessDeniedException', message, protocol === 'rest-json' ? 403 : 400);
}

/** Answers with an error in the form of the protocol. What is no AwsError becomes InternalFailure, without its details. */
export function writeError(response: ServerResponse, protocol: Protocol, thrown: unknown, requestId: string, bodyless = false): void {
  const error =
    thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', isDiskFull(thrown) ? DISK_FULL : UNKNOWN_FAILURE, 500);
  if (response.headersSent) {
    // Half an answer is out: only a broken connection tells the client that the rest is missing.
    response.destroy();
    return;
  }
  const { headers, body } = formOf(error, protocol, requestId);
  response.writeHead(error.status, { 'x-amzn-requestid': requestId, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(bodyless ? undefined : body);
}

function formOf(error: AwsError, protocol: Protocol, requestId: string): { headers: Record<string, string>; body: string | Uint8Array } {
  const code = escape(error.code);
  const message = escape(error.message);
  const fields = { message: error.message, ...error.fields };
  switch (protocol) {
    case 'json':
      return {
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': error.code },
        body: JSON.stringify({ __type: error.code, ...fields }),
      };
    case 'rest-json':
      return {
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
        body: JSON.stringify({ Message: error.message, ...fields }),
      };
    case 'cbor':
      return {
        headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: cbor.serialize({ __type: error.code, ...fields }),
      };
    case 'ec2':
      return {
        headers: { 'content-type': 'text/xml' },
        body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      };
    case 'rest-xml':
      return {
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body: `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`,
      };
    case 'query': {
      const fault = error.status < 500 ? 'Sender' : 'Receiver';
      return {
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse><Error><Type>${fault}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    }
  }
}
