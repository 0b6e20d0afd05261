import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GenerateServiceLastAccessedDetailsCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Upload } from '@aws-sdk/lib-storage';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '@aws-crypto/sha256-js';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { ACCOUNT, refusal, REGION, startRunningGateway, type RunningGateway } from './running-gateway.ts';

/** Real processes behind real sockets: quick on an idle machine, patient on a busy one. */
jest.setTimeout(60_000);

let running: RunningGateway;
let s3: S3Client;
beforeAll(async () => {
  running = await startRunningGateway();
  s3 = new S3Client(running.as(running.administrator));
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});
afterAll(async () => {
  await running.stop();
});

/** A signed request over the wire, changed on its way where `change` says so. */
async function send(
  what: { method: string; path: string; body?: string; service?: string; headers?: Record<string, string> },
  change: (request: { headers: Record<string, string>; body: string; path: string }) => void = () => undefined,
): Promise<{ status: number; text: string }> {
  const { service = 's3', method, body = '' } = what;
  const url = new URL(what.path, running.platform.endpointUrl);
  const signer = new SignatureV4({
    credentials: running.administrator,
    region: REGION,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const signed = await signer.sign({
    method,
    protocol: 'https:',
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'), ...what.headers },
    body,
  });
  const wire = { headers: signed.headers, body, path: url.pathname + url.search };
  change(wire);
  const outgoing = tlsRequest({
    ca: running.ca,
    servername: 'localhost',
    host: url.hostname,
    port: url.port,
    method,
    path: wire.path,
    headers: { ...wire.headers, 'content-length': String(wire.body.length) },
  });
  outgoing.end(wire.body);
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

describe('a signature', () => {
  const put = { method: 'PUT', path: '/bucket/signed', body: 'hello' };
  it('lets a request through', async () => {
    expect((await send(put)).status).toBe(200);
  });
  it('does not cover another body', async () => {
    const { status, text } = await send(put, (request) => {
      request.body = 'hellO';
    });
    expect(status).toBe(400);
    expect(text).toContain('XAmzContentSHA256Mismatch');
    expect(await send({ method: 'GET', path: '/bucket/signed' })).toMatchObject({ text: 'hello' });
  });
  it('does not cover another key', async () => {
    const { status, text } = await send(put, (request) => {
      request.path = '/bucket/other';
    });
    expect(status).toBe(403);
    expect(text).toContain('SignatureDoesNotMatch');
  });
  it('covers the body of a JSON request', async () => {
    const headers = { 'x-amz-target': 'SageMaker.ListTrainingJobs', 'content-type': 'application/x-amz-json-1.1' };
    const signed = { method: 'POST', path: '/', body: '{}', service: 'sagemaker', headers };
    expect((await send(signed)).text).toContain('OperationNotEmulated');
    const changed = await send(signed, (request) => {
      request.body = '{"MaxResults":1}';
      delete request.headers['x-amz-content-sha256'];
    });
    expect(changed.text).toMatch(/InvalidSignatureException/);
  });
  it('is asked for', async () => {
    const outgoing = tlsRequest(`${running.platform.endpointUrl}/bucket/signed`, { ca: running.ca }).end();
    const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(403);
  });
  it('with the wrong secret or key is refused as AWS does it', async () => {
    const wrong = { ...running.administrator, secretAccessKey: 'wrong' };
    const unknown = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'wrong' };
    const list = (credentials: typeof wrong) => refusal(new SageMakerClient(running.as(credentials)).send(new ListTrainingJobsCommand({})));
    expect(await list(wrong)).toMatchObject({ name: 'InvalidSignatureException', status: 403 });
    expect(await list(unknown)).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
    expect(await refusal(new STSClient(running.as(unknown)).send(new GetCallerIdentityCommand({})))).toMatchObject({
      name: 'InvalidClientTokenId',
      status: 403,
    });
    expect(await refusal(new S3Client(running.as(unknown)).send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'signed' })))).toMatchObject(
      { status: 403 },
    );
  });
  it('of a user’s access key counts until the key is deleted', async () => {
    const iam = new IAMClient(running.as(running.administrator));
    await iam.send(new CreateUserCommand({ UserName: 'uma' }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'uma' }));
    const who = () =>
      new STSClient(running.as({ accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' })).send(
        new GetCallerIdentityCommand({}),
      );
    expect((await who()).Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/uma`);
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'uma', AccessKeyId: key?.AccessKeyId }));
    expect((await refusal(who())).name).toBe('InvalidClientTokenId');
  });
});

describe('what moto is told is what was authorized', () => {
  const json = { 'content-type': 'application/x-amz-json-1.1' };
  it('an Action in the query string does not replace the target', async () => {
    const { text } = await send({
      method: 'POST',
      path: '/?Action=CreateKey',
      body: '{}',
      service: 'kms',
      headers: { ...json, 'x-amz-target': 'TrentService.ListAliases' },
    });
    expect(Object.keys(JSON.parse(text) as object)).toContain('Aliases');
  });
  it('a form does not replace the target', async () => {
    const { text } = await send({
      method: 'POST',
      path: '/',
      body: '{"Namespace":"Action=DeleteAlarms"}',
      service: 'monitoring',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics' },
    });
    expect(Object.keys(JSON.parse(text) as object)).toContain('Metrics');
  });
  it('a bucket in the host name does not replace the one in the path', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'hosted' }));
    const host = `hosted.s3.${REGION}.amazonaws.com`;
    await send({ method: 'PUT', path: '/bucket/by-host', body: 'x', headers: { host } });
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'by-host' }))).ContentLength).toBe(1);
  });
  it('moto’s own controls are out of reach', async () => {
    const { status } = await send({ method: 'POST', path: '/moto-api/reset?uploads' });
    expect(status).toBe(404);
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'signed' }))).ContentLength).toBe(5);
  });
});

describe('uploads', () => {
  it('of JavaScript clients arrive whole, small, streamed and in parts', async () => {
    const size = 12 * 1024 * 1024;
    const pieces = () =>
      Readable.from(
        (function* () {
          for (let i = 0; i < 12; i++) yield Buffer.alloc(1024 * 1024, i);
        })(),
      );
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'ü/a b+c%41', Body: 'hello' }));
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'streamed', Body: pieces(), ContentLength: size }));
    await new Upload({ client: s3, params: { Bucket: 'bucket', Key: 'parts', Body: pieces() } }).done();
    const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key }))).Body?.transformToByteArray();
    expect(Buffer.from((await read('ü/a b+c%41')) ?? []).toString()).toBe('hello');
    const whole = Buffer.concat(await pieces().toArray());
    for (const key of ['streamed', 'parts']) expect(Buffer.compare(Buffer.from((await read(key)) ?? []), whole)).toBe(0);
  });
  it('beyond what is kept in memory arrive whole', async () => {
    const body = Buffer.alloc(40 * 1024 * 1024, 'x');
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'large', Body: body }));
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'large' }))).ContentLength).toBe(body.length);
  });
  it('with a wrong checksum are refused', async () => {
    const refused = await refusal(
      s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'checked', Body: 'hello', ChecksumCRC32: 'AAAAAA==' })),
    );
    expect(refused.name).toBe('BadDigest');
  });
  it('of boto3 arrive, and so do CBOR requests and presigned URLs', async () => {
    const { PATHS } = await import('../../../local/paths.ts');
    const script = join(import.meta.dirname, 'boto3-client.py');
    const { stdout } = await promisify(execFile)(join(PATHS.servicesPython, 'bin', 'python'), [script], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: running.platform.endpointUrl,
        AWS_CA_BUNDLE: running.platform.caFile,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: running.administrator.accessKeyId,
        AWS_SECRET_ACCESS_KEY: running.administrator.secretAccessKey,
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      small: 'hello',
      large: 20_000_000,
      presigned: 'hello',
      metric: 2.5,
      catalog: 'OperationNotEmulated',
    });
  });
});

describe('the endpoint', () => {
  it.each([
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const)('speaks %s: %s', async (version, spoken) => {
    const { hostname, port } = new URL(running.platform.endpointUrl);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ca: running.ca,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await new Promise<string | null>((resolve) => {
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol());
      });
      socket.once('error', () => {
        resolve(null);
      });
    });
    socket.destroy();
    expect(outcome).toBe(spoken ? version : null);
  });
  it('speaks no plain HTTP', async () => {
    const outgoing = plainRequest(running.platform.endpointUrl.replace('https:', 'http:')).end();
    await expect(once(outgoing, 'response')).rejects.toThrow();
  });
  it('lists what it refuses: CloudFormation never reaches moto', async () => {
    const refused = await refusal(new CloudFormationClient(running.as(running.administrator)).send(new ListStacksCommand({})));
    expect(refused).toMatchObject({ name: 'OperationNotEmulated', status: 400 });
    const lacking = await refusal(
      new IAMClient(running.as(running.administrator)).send(
        new GenerateServiceLastAccessedDetailsCommand({ Arn: `arn:aws:iam::${ACCOUNT}:role/x` }),
      ),
    );
    expect(lacking).toMatchObject({ name: 'OperationNotEmulated', status: 400 });
  });
});

describe('the coverage table', () => {
  it('says who answers what', async () => {
    const { coverageTable } = await import('../../../local/gateway/coverage-table.ts');
    const rows = await coverageTable([{ service: 'sts', operations: { AssumeRole: () => ({}) } }]);
    const by = (service: string, operation: string) =>
      rows.find((row) => row.service === service && row.operation === operation)?.answeredBy;
    expect(by('sts', 'AssumeRole')).toBe('gateway');
    expect(by('s3', 'PutObject')).toBe('moto');
    expect(by('kms', 'CreateKey')).toBe('moto');
    expect(by('s3', 'PutBucketAbac')).toBe('nobody');
    expect(rows.filter((row) => row.service === 'cloudformation' && row.answeredBy !== 'nobody')).toEqual([]);
  });
});

describe('a sandbox’s sockets', () => {
  it('give credentials of its role and let in the named services alone', async () => {
    const { arn } = await running.role('sandboxed', [{ Effect: 'Allow', Action: '*', Resource: '*' }], {
      trust: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    });
    const options = {
      id: 'job/with a long and odd name',
      vpcId: 'vpc-1',
      roleArn: arn,
      servicePrincipal: 'sagemaker.amazonaws.com',
      services: ['s3'],
    };
    const door = await running.platform.openSandbox(options);
    expect((await running.platform.openSandbox(options)).folder).toBe(door.folder);
    const ask = async (path: string) => {
      const outgoing = plainRequest({ socketPath: join(door.folder, 'credentials.sock'), path }).end();
      const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
      const chunks = await response.toArray();
      return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as Record<string, string> };
    };
    const { status, body } = await ask('/credentials');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['AccessKeyId', 'Expiration', 'RoleArn', 'SecretAccessKey', 'Token']);
    expect(running.platform.principalOf(body['AccessKeyId'] ?? '')?.roleArn).toBe(arn);
    expect((await ask('/')).status).toBe(404);
    await door.close();
    await expect(ask('/credentials')).rejects.toThrow();
  });
});
