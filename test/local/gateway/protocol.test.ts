import { describe, expect, it, beforeAll } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cbor } from '@smithy/core/cbor';
import { AwsError } from '../../../local/gateway/call.ts';
import { readInput } from '../../../local/gateway/protocol/read-input.ts';
import { resolveOperation, type HttpRequest } from '../../../local/gateway/protocol/resolve.ts';
import { PATHS, REPOSITORY } from '../../../local/paths.ts';
import { ensurePythonEnvironment } from '../../../local/toolchain/python.ts';

interface Case {
  readonly service: string;
  /** `METHOD /path?query`, then `target=`, `header=<name>` or `form=`. */
  readonly request: string;
  readonly operation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly error?: string;
}
const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../cases/gateway/operations.json'), 'utf8')) as Case[];

beforeAll(async () => {
  await ensurePythonEnvironment(PATHS.servicesPython, join(REPOSITORY, 'local/moto/requirements.txt'));
}, 120_000);

const requestOf = (text: string, bytes?: Buffer): HttpRequest => {
  const [method = '', url = '', ...rest] = text.split(' ');
  const [path = '', query] = url.split('?');
  const value = (name: string) => rest.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const form = value('form');
  const target = value('target');
  const header = value('header');
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: {
      ...(target === undefined ? {} : { 'x-amz-target': target }),
      ...(header === undefined ? {} : { [header]: header === 'smithy-protocol' ? 'rpc-v2-cbor' : 'source/key' }),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    bytes: bytes ?? Buffer.from(form ?? ''),
  };
};

describe('operations are told from', () => {
  it.each(cases.map((one) => [`${one.service} ${one.request}`, one] as const))('%s', (_name, one) => {
    let answer: { operation?: string; labels?: unknown; error?: string };
    try {
      const resolved = resolveOperation(one.service, requestOf(one.request));
      answer = { operation: resolved.operation.name, labels: resolved.labels };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer = { error: error.code };
    }
    expect(answer).toMatchObject({
      ...(one.operation === undefined ? {} : { operation: one.operation }),
      ...(one.labels === undefined ? {} : { labels: one.labels }),
      ...(one.error === undefined ? {} : { error: one.error }),
    });
  });
});

describe('input is read from', () => {
  const input = (service: string, request: HttpRequest) => readInput(resolveOperation(service, request), request);

  it('query forms with lists', () => {
    const form =
      'Action=CreateRole&RoleName=r&Path=%2Fp%2F&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c&Tags.member.2.Value=d';
    expect(input('iam', requestOf(`POST / form=${form}`))).toEqual({
      RoleName: 'r',
      Path: '/p/',
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'c', Value: 'd' },
      ],
    });
  });
  it('EC2 forms', () => {
    const form =
      'Action=CreateVpc&CidrBlock=10.0.0.0%2F16&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b';
    expect(input('ec2', requestOf(`POST / form=${form}`))).toEqual({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
  });
  it('XML bodies', () => {
    const xml =
      '<?xml version="1.0"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a &amp; b</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>';
    expect(input('s3', requestOf('POST /bucket?delete', Buffer.from(xml)))).toEqual({
      Bucket: 'bucket',
      Delete: { Objects: [{ Key: 'a & b' }, { Key: 'c', VersionId: '1' }] },
    });
  });
  it('CBOR with times', () => {
    const bytes = Buffer.from(cbor.serialize({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1.5 }] }));
    const request = requestOf('POST /service/GraniteServiceVersion20100801/operation/PutMetricData header=smithy-protocol', bytes);
    expect(input('monitoring', request)).toEqual({ Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1.5 }] });
  });
  it('paths, query strings and a raw payload', () => {
    const request = requestOf('POST /endpoints/e/invocations', Buffer.from('1,2'));
    expect(input('sagemaker', { ...request, headers: { 'content-type': 'text/csv', accept: 'text/csv' } })).toEqual({
      EndpointName: 'e',
      ContentType: 'text/csv',
      Accept: 'text/csv',
      Body: Buffer.from('1,2'),
    });
  });
  it('nothing that is no JSON object', () => {
    expect(() => input('sagemaker', requestOf('POST / target=SageMaker.CreateModel', Buffer.from('[1]')))).toThrow(AwsError);
  });
});
