import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  CreateFeatureGroupCommand,
  DeleteFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  DescribeFeatureMetadataCommand,
  ListFeatureGroupsCommand,
  SageMakerClient,
  UpdateFeatureGroupCommand,
  UpdateFeatureMetadataCommand,
  type CreateFeatureGroupCommandInput,
} from '@aws-sdk/client-sagemaker';
import {
  BatchGetRecordCommand,
  BatchWriteRecordCommand,
  DeleteRecordCommand,
  GetRecordCommand,
  PutRecordCommand,
  SageMakerFeatureStoreRuntimeClient,
  type PutRecordCommandInput,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { parquetReadObjects } from 'hyparquet';
import { allow, refusal } from '../gateway/running-gateway.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let runtime: SageMakerFeatureStoreRuntimeClient;
let RoleArn: string;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  runtime = new SageMakerFeatureStoreRuntimeClient(lab.as(lab.administrator));
  const role = await lab.role(
    'features',
    [
      allow(['s3:PutObject', 's3:GetBucketAcl'], [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`]),
      allow(['kms:GenerateDataKey', 'kms:Decrypt']),
    ],
    {
      trust: [
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ],
    },
  );
  RoleArn = role.arn;
}, 300_000);
afterAll(() => lab.stop(), 60_000);

const FeatureDefinitions = [
  { FeatureName: 'id', FeatureType: 'String' as const },
  { FeatureName: 'at', FeatureType: 'Fractional' as const },
  { FeatureName: 'age', FeatureType: 'Integral' as const },
  { FeatureName: 'limit', FeatureType: 'Fractional' as const },
];
const request = (FeatureGroupName: string, more: Partial<CreateFeatureGroupCommandInput> = {}): CreateFeatureGroupCommandInput => ({
  FeatureGroupName,
  RecordIdentifierFeatureName: 'id',
  EventTimeFeatureName: 'at',
  FeatureDefinitions,
  OnlineStoreConfig: { EnableOnlineStore: true },
  ...more,
});
const describeGroup = (FeatureGroupName: string) => lab.sageMaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName }));
async function create(name: string, more: Partial<CreateFeatureGroupCommandInput> = {}) {
  await lab.sageMaker.send(new CreateFeatureGroupCommand(request(name, more)));
  for (;;) {
    const group = await describeGroup(name);
    if (group.FeatureGroupStatus !== 'Creating') return group;
    await sleep(20);
  }
}
const record = (values: Record<string, string>) =>
  Object.entries(values).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
const put = (FeatureGroupName: string, values: Record<string, string>, more: Partial<PutRecordCommandInput> = {}) =>
  runtime.send(new PutRecordCommand({ FeatureGroupName, Record: record(values), ...more }));
async function get(FeatureGroupName: string, id: string, more: object = {}): Promise<Record<string, unknown> | undefined> {
  const { Record } = await runtime.send(new GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: id, ...more }));
  return Record === undefined
    ? undefined
    : Object.fromEntries(Record.map(({ FeatureName = '', ValueAsString }) => [FeatureName, ValueAsString] as const));
}

describe('a feature group', () => {
  it('is described, listed, widened and removed', async () => {
    expect(await create('customers', { Description: 'people' })).toMatchObject({
      FeatureGroupArn: 'arn:aws:sagemaker:eu-west-1:111122223333:feature-group/customers',
      FeatureGroupStatus: 'Created',
      RecordIdentifierFeatureName: 'id',
      FeatureDefinitions,
      Description: 'people',
    });
    await lab.sageMaker.send(
      new UpdateFeatureGroupCommand({
        FeatureGroupName: 'customers',
        FeatureAdditions: [{ FeatureName: 'score', FeatureType: 'Fractional' }],
      }),
    );
    expect(await describeGroup('customers')).toMatchObject({
      FeatureDefinitions: [...FeatureDefinitions, { FeatureName: 'score' }],
      LastUpdateStatus: { Status: 'Successful' },
    });
    const { FeatureGroupSummaries } = await lab.sageMaker.send(
      new ListFeatureGroupsCommand({ NameContains: 'cust', FeatureGroupStatusEquals: 'Created' }),
    );
    expect(FeatureGroupSummaries?.map(({ FeatureGroupName }) => FeatureGroupName)).toEqual(['customers']);
    const about = { FeatureGroupName: 'customers', FeatureName: 'age' };
    await lab.sageMaker.send(
      new UpdateFeatureMetadataCommand({ ...about, Description: 'in years', ParameterAdditions: [{ Key: 'unit', Value: 'a' }] }),
    );
    await lab.sageMaker.send(
      new UpdateFeatureMetadataCommand({ ...about, ParameterAdditions: [{ Key: 'source', Value: 'form' }], ParameterRemovals: ['unit'] }),
    );
    expect(await lab.sageMaker.send(new DescribeFeatureMetadataCommand(about))).toMatchObject({
      FeatureType: 'Integral',
      Description: 'in years',
      Parameters: [{ Key: 'source', Value: 'form' }],
    });
    await put('customers', { id: 'a', at: '1' });
    await lab.sageMaker.send(new DeleteFeatureGroupCommand({ FeatureGroupName: 'customers' }));
    expect(await refusal(describeGroup('customers'))).toMatchObject({
      name: 'ResourceNotFound',
      message: expect.stringContaining("can't find a FeatureGroup with name customers"),
    });
    await create('customers');
    expect(await get('customers', 'a')).toBeUndefined();
  });

  it.each<[string, Partial<CreateFeatureGroupCommandInput>, string, string]>([
    ['its name twice', {}, 'ResourceInUse', 'already exists. Choose a different name.'],
    ['no store', { FeatureGroupName: 'x', OnlineStoreConfig: {} }, 'ValidationException', 'must be enabled'],
    [
      'an identifier that is no feature',
      { FeatureGroupName: 'x', RecordIdentifierFeatureName: 'nr' },
      'ValidationException',
      "'nr' is not among",
    ],
    ['an event time of integers', { FeatureGroupName: 'x', EventTimeFeatureName: 'age' }, 'ValidationException', 'String or Fractional'],
    [
      'a Glue table',
      { FeatureGroupName: 'x', OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://b/p' } } },
      'OperationNotEmulated',
      'Glue',
    ],
    [
      'a store in memory',
      { FeatureGroupName: 'x', OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' } },
      'OperationNotEmulated',
      'InMemory',
    ],
  ])('is refused with %s', async (_what, more, name, message) => {
    if (name === 'ResourceInUse') await create('twice');
    expect(await refusal(lab.sageMaker.send(new CreateFeatureGroupCommand(request('twice', more))))).toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });
});

describe('the online store', () => {
  beforeAll(() => create('online'));

  it('keeps the latest event of each record', async () => {
    await put('online', { id: 'a', at: '100', age: '30', limit: '1.5' });
    await put('online', { id: 'a', at: '50', age: '29' });
    expect(await get('online', 'a')).toEqual({ id: 'a', at: '100', age: '30', limit: '1.5' });
    await put('online', { id: 'a', at: '101', age: '31' });
    expect(await get('online', 'a')).toEqual({ id: 'a', at: '101', age: '31' });
    expect(await get('online', 'a', { FeatureNames: ['age'] })).toEqual({ age: '31' });
    expect(await get('arn:aws:sagemaker:eu-west-1:111122223333:feature-group/online', 'a')).toHaveProperty('age', '31');
    expect(await get('online', 'nobody')).toBeUndefined();
  });

  it('deletes softly, which keeps older events out, or entirely', async () => {
    const about = (id: string, EventTime: string) => ({ FeatureGroupName: 'online', RecordIdentifierValueAsString: id, EventTime });
    await put('online', { id: 'soft', at: '100' });
    await runtime.send(new DeleteRecordCommand(about('soft', '200')));
    expect(await get('online', 'soft')).toBeUndefined();
    await put('online', { id: 'soft', at: '150' });
    expect(await get('online', 'soft')).toBeUndefined();
    await put('online', { id: 'hard', at: '100' });
    await runtime.send(new DeleteRecordCommand({ ...about('hard', '200'), DeletionMode: 'HardDelete' }));
    await put('online', { id: 'hard', at: '150' });
    expect(await get('online', 'hard')).toEqual({ id: 'hard', at: '150' });
  });

  it('forgets a record when its time is over', async () => {
    const seconds = String(Date.now() / 1000);
    const TtlDuration = { Unit: 'Hours' as const, Value: 1 };
    await put('online', { id: 'fresh', at: seconds }, { TtlDuration });
    await put('online', { id: 'stale', at: '1000' }, { TtlDuration });
    expect(await get('online', 'stale')).toBeUndefined();
    const { ExpiresAt } = await runtime.send(
      new GetRecordCommand({ FeatureGroupName: 'online', RecordIdentifierValueAsString: 'fresh', ExpirationTimeResponse: 'Enabled' }),
    );
    expect(Date.parse(ExpiresAt ?? '') / 1000).toBeCloseTo(Number(seconds) + 3600, 0);
  });

  it('puts and gets many at once, telling which went wrong', async () => {
    await create('second');
    const Entries = [
      { FeatureGroupName: 'online', Record: record({ id: 'm', at: '1' }) },
      { FeatureGroupName: 'second', Record: record({ id: 'm', at: '2' }) },
      { FeatureGroupName: 'second', Record: record({ id: 'm', at: 'soon' }) },
    ];
    expect((await runtime.send(new BatchWriteRecordCommand({ Entries }))).Errors).toMatchObject([{ ErrorCode: 'ValidationError' }]);
    const answer = await runtime.send(
      new BatchGetRecordCommand({
        Identifiers: [
          { FeatureGroupName: 'online', RecordIdentifiersValueAsString: ['m', 'nobody'], FeatureNames: ['at'] },
          { FeatureGroupName: 'second', RecordIdentifiersValueAsString: ['m'] },
          { FeatureGroupName: 'third', RecordIdentifiersValueAsString: ['m'] },
        ],
      }),
    );
    expect(answer.Records).toMatchObject([
      { FeatureGroupName: 'online', RecordIdentifierValueAsString: 'm', Record: [{ FeatureName: 'at', ValueAsString: '1' }] },
      { FeatureGroupName: 'second' },
    ]);
    expect(answer.Errors).toMatchObject([{ FeatureGroupName: 'third', ErrorCode: 'ResourceNotFound' }]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown feature', { id: 'a', at: '1', colour: 'red' }, "'colour' is not a feature"],
    ['a wrong integer', { id: 'a', at: '1', age: '1.5' }, "'1.5' of feature 'age' is not Integral"],
    ['too large an integer', { id: 'a', at: '1', age: '9223372036854775808' }, 'is not Integral'],
    ['a wrong number', { id: 'a', at: '1', limit: 'much' }, 'is not Fractional'],
    ['no identifier', { at: '1' }, "identifier 'id'"],
    ['no event time', { id: 'a' }, "event time 'at'"],
  ])('refuses a record with %s', async (_what, values, message) => {
    expect(await refusal(put('online', values))).toMatchObject({ name: 'ValidationError', message: expect.stringContaining(message) });
  });

  it('is open to those who may use the group', async () => {
    const reader = await lab.role('feature-reader', [
      allow(['sagemaker:GetRecord', 'sagemaker:BatchGetRecord'], 'arn:aws:sagemaker:eu-west-1:111122223333:feature-group/online'),
    ]);
    const client = new SageMakerFeatureStoreRuntimeClient(lab.as(reader));
    const ask = (FeatureGroupName: string) => client.send(new GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: 'a' }));
    await ask('online');
    expect(await refusal(ask('second'))).toMatchObject({ name: 'AccessDeniedException' });
    const several = (...names: string[]) =>
      client.send(
        new BatchGetRecordCommand({
          Identifiers: names.map((FeatureGroupName) => ({ FeatureGroupName, RecordIdentifiersValueAsString: ['a'] })),
        }),
      );
    await several('online');
    expect(await refusal(several('online', 'second'))).toMatchObject({ name: 'AccessDeniedException' });
    expect(
      await refusal(client.send(new PutRecordCommand({ FeatureGroupName: 'online', Record: record({ id: 'a', at: '9' }) }))),
    ).toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

it('a policy may ask for tags of the group, and for an online store with its key', async () => {
  const conditioned = await lab.role('conditioned', [
    allow(['sagemaker:GetRecord'], '*', { StringEquals: { 'aws:ResourceTag/Team': 'red' } }),
    allow('sagemaker:CreateFeatureGroup', '*', { Bool: { 'sagemaker:FeatureGroupEnableOnlineStore': 'true' } }),
    allow('sagemaker:AddTags'),
  ]);
  const sageMaker = new SageMakerClient(lab.as(conditioned));
  await sageMaker.send(new CreateFeatureGroupCommand({ ...request('red'), Tags: [{ Key: 'Team', Value: 'red' }] }));
  const off = request('blue', { OnlineStoreConfig: { EnableOnlineStore: false } });
  expect(await refusal(sageMaker.send(new CreateFeatureGroupCommand(off)))).toMatchObject({ name: 'AccessDeniedException' });
  const client = new SageMakerFeatureStoreRuntimeClient(lab.as(conditioned));
  const ask = (FeatureGroupName: string) => client.send(new GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: 'a' }));
  while ((await describeGroup('red')).FeatureGroupStatus === 'Creating') await sleep(20);
  await ask('red');
  expect(await refusal(ask('online'))).toMatchObject({ name: 'AccessDeniedException' });
});

describe('the offline store', () => {
  const offline = (S3Uri: string) => ({
    OfflineStoreConfig: { S3StorageConfig: { S3Uri, KmsKeyId: lab.keyArn }, DisableGlueTableCreation: true },
    RoleArn,
  });

  it('keeps every event as Parquet in S3, by hour, encrypted with the key', async () => {
    const group = await create('events', { OnlineStoreConfig: { EnableOnlineStore: true }, ...offline(`s3://${BUCKET}/features`) });
    expect(group).toMatchObject({ FeatureGroupStatus: 'Created', OfflineStoreStatus: { Status: 'Active' } });
    const resolved = group.OfflineStoreConfig?.S3StorageConfig?.ResolvedOutputS3Uri ?? '';
    expect(resolved).toMatch(new RegExp(`^s3://${BUCKET}/features/111122223333/sagemaker/eu-west-1/offline-store/events-\\d+/data$`));
    const at = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
    await put('events', { id: 'a', at: String(at), age: '30', limit: '0.5' });
    await put('events', { id: 'a', at: String(at - 10), age: '29' });
    await put('events', { id: 'b', at: String(at + 3600) });
    await runtime.send(
      new DeleteRecordCommand({ FeatureGroupName: 'events', RecordIdentifierValueAsString: 'b', EventTime: String(at + 3601) }),
    );
    const prefix = resolved.replace(`s3://${BUCKET}/`, '');
    let keys: string[] = [];
    while (keys.length < 2) {
      await sleep(100);
      const { Contents = [] } = await lab.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
      keys = Contents.map(({ Key = '' }) => Key).sort();
    }
    expect(keys[0]).toMatch(/\/data\/year=2026\/month=01\/day=02\/hour=03\/20260102T030405Z_[A-Za-z0-9]{16}\.parquet$/);
    expect(keys[1]).toContain('/hour=04/');
    const rows = async (Key = '') => {
      const object = await lab.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      expect(object.SSEKMSKeyId).toBe(lab.keyArn);
      const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
      return parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer });
    };
    expect(await rows(keys[0])).toMatchObject([
      { id: 'a', at, age: 30n, limit: 0.5, is_deleted: false, write_time: expect.any(Date) },
      { id: 'a', at: at - 10, age: 29n, limit: null, is_deleted: false },
    ]);
    expect(await rows(keys[1])).toMatchObject([
      { id: 'b', is_deleted: false },
      { id: 'b', at: at + 3601, age: null, is_deleted: true },
    ]);
  }, 30_000);

  it('is not created where the role may not use the bucket', async () => {
    expect(await create('elsewhere', offline('s3://another-bucket/features'))).toMatchObject({
      FeatureGroupStatus: 'CreateFailed',
      FailureReason: expect.stringContaining('execution role'),
    });
  });

  it('alone has no records to get', async () => {
    await create('cold', { OnlineStoreConfig: { EnableOnlineStore: false }, ...offline(`s3://${BUCKET}/cold`) });
    expect(await refusal(get('cold', 'a'))).toMatchObject({ name: 'ValidationError', message: expect.stringContaining('no OnlineStore') });
  });
});
