import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../../../local/gateway/call.ts';
import { readChunked } from '../../../local/gateway/signature/chunked.ts';
import { readClaim } from '../../../local/gateway/signature/scope.ts';
import { verifySignature, type Verified } from '../../../local/gateway/signature/verify.ts';

/** The worked examples of the S3 documentation ("Signature Calculations for the Authorization Header"). */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const NOW = new Date('2013-05-24T00:00:00Z');
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';

interface Request {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
}

const verify = (request: Request, options: { secret?: string; now?: Date; region?: string; token?: string } = {}): Verified => {
  const claim = readClaim(request.headers, new URLSearchParams(request.query));
  if (claim === undefined) throw new Error('no claim');
  return verifySignature(
    request,
    claim,
    { secret: options.secret ?? SECRET, sessionToken: options.token, regions: [options.region ?? 'us-east-1'] },
    claim.payload ?? 'UNSIGNED-PAYLOAD',
    options.now ?? NOW,
  );
};

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'none';
};

const get = (): Request => ({
  method: 'GET',
  path: '/test.txt',
  query: '',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  },
});

const presigned = (): Request => ({
  method: 'GET',
  path: '/test.txt',
  query: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  headers: { host: 'examplebucket.s3.amazonaws.com' },
});

describe('header signatures', () => {
  it('accept the documented example', () => {
    expect(codeOf(() => verify(get()))).toBe('none');
  });
  it('accept the documented example with a query', () => {
    const list = {
      method: 'GET',
      path: '/',
      query: 'max-keys=2&prefix=J',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        'x-amz-content-sha256': EMPTY,
        'x-amz-date': '20130524T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7`,
      },
    };
    expect(codeOf(() => verify(list))).toBe('none');
    expect(codeOf(() => verify({ ...list, query: 'max-keys=3&prefix=J' }))).toBe('SignatureDoesNotMatch');
  });
  const changes: [string, (request: Request) => Parameters<typeof verify>, string][] = [
    ['another secret', (request) => [request, { secret: 'wrong' }], 'SignatureDoesNotMatch'],
    ['another path', (request) => [{ ...request, path: '/other.txt' }], 'SignatureDoesNotMatch'],
    ['another method', (request) => [{ ...request, method: 'DELETE' }], 'SignatureDoesNotMatch'],
    ['another signed header', (request) => [{ ...request, headers: { ...request.headers, range: 'bytes=0-' } }], 'SignatureDoesNotMatch'],
    [
      'another payload hash',
      (request) => [{ ...request, headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }],
      'SignatureDoesNotMatch',
    ],
    [
      'an x-amz header that was not signed',
      (request) => [{ ...request, headers: { ...request.headers, 'x-amz-acl': 'public-read' } }],
      'AccessDenied',
    ],
    ['another region', (request) => [request, { region: 'eu-west-1' }], 'AuthorizationHeaderMalformed'],
    ['a clock that is 16 minutes fast', (request) => [request, { now: new Date(NOW.getTime() + 16 * 60_000) }], 'RequestTimeTooSkewed'],
    ['a clock that is 16 minutes slow', (request) => [request, { now: new Date(NOW.getTime() - 16 * 60_000) }], 'RequestTimeTooSkewed'],
    ['a missing session token', (request) => [request, { token: 'token' }], 'InvalidToken'],
  ];
  it.each(changes)('refuse %s', (_what, change, code) => {
    expect(codeOf(() => verify(...change(get())))).toBe(code);
  });
  it('allow a clock that is 14 minutes off', () => {
    expect(codeOf(() => verify(get(), { now: new Date(NOW.getTime() + 14 * 60_000) }))).toBe('none');
  });
});

describe('presigned URLs', () => {
  it('accept the documented example until it ends', () => {
    expect(codeOf(() => verify(presigned()))).toBe('none');
    expect(codeOf(() => verify(presigned(), { now: new Date(NOW.getTime() + 86_399_000) }))).toBe('none');
    expect(codeOf(() => verify(presigned(), { now: new Date(NOW.getTime() + 86_401_000) }))).toBe('AccessDenied');
  });
  it.each([
    ['a longer life', (query: string) => query.replace('Expires=86400', 'Expires=86401'), 'SignatureDoesNotMatch'],
    ['more than seven days', (query: string) => query.replace('Expires=86400', 'Expires=604801'), 'AuthorizationQueryParametersError'],
    ['a further parameter', (query: string) => `${query}&versionId=1`, 'SignatureDoesNotMatch'],
  ])('refuse %s', (_what, change, code) => {
    expect(codeOf(() => verify({ ...presigned(), query: change(presigned().query) }))).toBe(code);
  });
});

describe('aws-chunked bodies', () => {
  const first = 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648';
  const second = '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497';
  const last = 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9';
  const upload = (): Request => ({
    method: 'PUT',
    path: '/examplebucket/chunkObject.txt',
    query: '',
    headers: {
      host: 's3.amazonaws.com',
      'content-encoding': 'aws-chunked',
      'content-length': '66824',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-decoded-content-length': '66560',
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9`,
    },
  });
  const body = (letter = 'a'): string =>
    `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n400;chunk-signature=${second}\r\n${letter.repeat(1024)}\r\n0;chunk-signature=${last}\r\n\r\n`;
  /** In pieces of an odd size, so that every boundary falls somewhere. */
  const stream = async function* (text: string): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1_013) yield await Promise.resolve(bytes.subarray(at, at + 1_013));
  };

  it('are decoded, every chunk’s signature checked, as in the documented example', async () => {
    const { body: decoded } = await readChunked(stream(body()), verify(upload()));
    expect(decoded.length).toBe(66_560);
    expect(decoded.bytes?.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
  });
  it('are refused when a chunk was changed', async () => {
    await expect(readChunked(stream(body('b')), verify(upload()))).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  });
  it('are refused when they end early', async () => {
    await expect(readChunked(stream(body().slice(0, 66_000)), verify(upload()))).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
  it('bring trailing checksums along', async () => {
    const unsigned = verify(upload());
    const text = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
    const { body: decoded, trailers } = await readChunked(stream(text), {
      ...unsigned,
      claim: { ...unsigned.claim, payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    });
    expect(decoded.bytes?.toString()).toBe('hello');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'NhCmhg==' });
  });
});
