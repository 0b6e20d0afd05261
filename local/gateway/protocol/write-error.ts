import { cbor } from '@smithy/core/cbor';
import type { ServerResponse } from 'node:http';
import { AwsError } from '../call.ts';
import type { Protocol } from './resolve.ts';

const escape = (text: string): string => text.replace(/[<>&]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c] ?? c);

/** The form of "access denied" differs by service: code, status, and EC2's own sentence in front. */
export function accessDenied(service: string, protocol: Protocol, message: string): AwsError {
  if (protocol === 'ec2') return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403);
  if (service === 'sns') return new AwsError('AuthorizationError', message, 403);
  if (protocol === 'query' || protocol === 'rest-xml') return new AwsError('AccessDenied', message, 403);
  return new AwsError('AccessDeniedException', message, protocol === 'rest-json' ? 403 : 400);
}

/** Answers with an error in the form of the protocol. What is no AwsError becomes InternalFailure, without its details. */
export function writeError(response: ServerResponse, protocol: Protocol, service: string, thrown: unknown, requestId: string, bodyless = false): void {
  const error =
    thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.', 500);
  if (response.headersSent) {
    // Half an answer is out: only a broken connection tells the client that the rest is missing.
    response.destroy();
    return;
  }
  response.statusCode = error.status;
  response.setHeader('x-amzn-requestid', requestId);
  const send = (type: string, body: string | Uint8Array): void => {
    response.setHeader('content-type', type);
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(bodyless ? undefined : body);
  };
  const code = escape(error.code);
  const message = escape(error.message);
  switch (protocol) {
    case 'json':
      response.setHeader('x-amzn-errortype', error.code);
      return send('application/x-amz-json-1.1', JSON.stringify({ __type: error.code, message: error.message, ...error.fields }));
    case 'rest-json':
      response.setHeader('x-amzn-errortype', error.code);
      return send('application/json', JSON.stringify({ message: error.message, Message: error.message, ...error.fields }));
    case 'cbor':
      response.setHeader('smithy-protocol', 'rpc-v2-cbor');
      return send('application/cbor', cbor.serialize({ __type: error.code, message: error.message, ...error.fields }));
    case 'ec2':
      return send(
        'text/xml',
        `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    case 'rest-xml':
      response.setHeader('x-amz-request-id', requestId);
      return send('application/xml', `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`);
    case 'query':
      return send(
        'text/xml',
        `<ErrorResponse><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
  }
}
