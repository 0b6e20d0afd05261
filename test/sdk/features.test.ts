import { describe, expect, it } from '@jest/globals';
import type { FeatureGroupOptions, MimeBundle } from '@sealab/sdk';
import { PutRecordCommand } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { misfits } from './sagemaker-model.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

type Cells = { FeatureName: string; ValueAsString: string }[];

/** A feature store with one group at a time, as SageMaker keeps it; `refuse` may say no to a record. */
function store(refuse: (record: Cells) => Outcome | undefined = () => undefined) {
  let group: Record<string, unknown> | undefined;
  let asked = 0;
  let throttle = 1;
  const records = new Map<string, Cells>();
  const answer = ({ operation, input }: Received): Outcome => {
    if (operation === 'CreateFeatureGroup') {
      group = input;
      return { json: { FeatureGroupArn: 'arn' } };
    }
    if (operation === 'DescribeFeatureGroup')
      return group === undefined
        ? { error: 'ResourceNotFound', message: "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name customers" }
        : {
            json: {
              ...group,
              FeatureGroupStatus: asked++ < 1 ? 'Creating' : group['FeatureGroupName'] === 'broken' ? 'CreateFailed' : 'Created',
              FailureReason: 'no access to S3',
            },
          };
    const identifier = String(group?.['RecordIdentifierFeatureName']);
    if (operation.startsWith('PUT /FeatureGroup/')) {
      const record = input['Record'] as Cells;
      const refused = refuse(record);
      if (refused !== undefined) return refused;
      records.set(record.find(({ FeatureName }) => FeatureName === identifier)?.ValueAsString ?? '', record);
      return { empty: 200 };
    }
    if (operation.startsWith('POST /BatchGetRecord')) {
      const [wanted] = input['Identifiers'] as {
        FeatureGroupName: string;
        RecordIdentifiersValueAsString: string[];
        FeatureNames?: string[];
      }[];
      const all = wanted?.RecordIdentifiersValueAsString ?? [];
      // The first answer leaves half of it for later, as SageMaker does when it is busy.
      const now = throttle-- > 0 ? all.slice(0, Math.ceil(all.length / 2)) : all;
      return {
        json: {
          Records: now.flatMap((id) => {
            const record = records.get(id)?.filter(({ FeatureName }) => wanted?.FeatureNames?.includes(FeatureName) ?? true);
            return record === undefined ? [] : [{ FeatureGroupName: 'customers', RecordIdentifierValueAsString: id, Record: record }];
          }),
          Errors: [],
          UnprocessedIdentifiers: now.length < all.length ? [{ ...wanted, RecordIdentifiersValueAsString: all.slice(now.length) }] : [],
        },
      };
    }
    if (operation.startsWith('DELETE /FeatureGroup/')) {
      records.delete(new URL(operation.slice(7), 'http://x').searchParams.get('RecordIdentifierValueAsString') ?? '');
      return { empty: 200 };
    }
    return { json: {} };
  };
  return { answer, records };
}

const rows = [
  { id: 1, age: 30, income: 1200.5, region: 'north', active: true },
  { id: 2, age: 41, income: 900, region: 'south', active: false },
];
const customers: FeatureGroupOptions = { name: 'customers', rows, recordIdentifier: 'id' };

describe('a feature group', () => {
  it('is made with inferred types and the project’s keys, and waited for', async () => {
    const { lab, service } = await labOnAPort(store().answer);
    const group = await lab.features.create({ ...customers, offline: true, tags: { team: 'risk' } });
    const [created] = service.sent('CreateFeatureGroup');
    expect(misfits('CreateFeatureGroup', created?.input)).toEqual([]);
    expect(created?.input).toMatchObject({
      EventTimeFeatureName: 'EventTime',
      FeatureDefinitions: [
        { FeatureName: 'id', FeatureType: 'Integral' },
        { FeatureName: 'age', FeatureType: 'Integral' },
        { FeatureName: 'income', FeatureType: 'Fractional' },
        { FeatureName: 'region', FeatureType: 'String' },
        { FeatureName: 'active', FeatureType: 'Integral' },
        { FeatureName: 'EventTime', FeatureType: 'String' },
      ],
      OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig: { KmsKeyId: environment.keys.storage } },
      OfflineStoreConfig: {
        S3StorageConfig: { S3Uri: 's3://credit-risk-model/features', KmsKeyId: environment.keys.storage },
        DisableGlueTableCreation: true,
      },
      RoleArn: environment.roles.jobExecution,
    });
    expect(service.sent('DescribeFeatureGroup')).toHaveLength(2);
    expect((await group.seal()).status).toBe('sealed');
    const view = await (group as unknown as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();
    expect(view?.['text/plain']).toMatch(/id +Integral +record identifier/);
  });

  it('has no offline store unless asked for', async () => {
    const { lab, service } = await labOnAPort(store().answer);
    const group = await lab.features.create({ ...customers, wait: false });
    expect(service.sent('CreateFeatureGroup')[0]?.input).not.toHaveProperty('OfflineStoreConfig');
    expect(service.sent('DescribeFeatureGroup')).toHaveLength(0);
    expect(await group.offlineUri()).toBeUndefined();
  });

  it('says why it could not be made', async () => {
    const { lab } = await labOnAPort(store().answer);
    await expect(lab.features.create({ ...customers, name: 'broken' })).rejects.toMatchObject({
      code: 'JobNotCompleted',
      message: expect.stringContaining('no access to S3'),
    });
  });

  it.each<[string, Partial<FeatureGroupOptions>, RegExp]>([
    ['no types', { rows: undefined as never }, /schema/],
    ['types twice', { schema: { id: 'Integral' } }, /schema/],
    ['an unknown identifier', { recordIdentifier: 'number' }, /recordIdentifier/],
    ['a column without values', { rows: [{ id: 1, age: null }] }, /rows.age/],
    ['a name that SageMaker uses', { rows: [{ id: 1, write_time: 2 }] }, /write_time/],
    ['a bad name', { name: 'no spaces' }, /name/],
    ['no store', { online: false }, /online/],
  ])('refuses %s', async (_name, change, message) => {
    const { lab, service } = await labOnAPort(store().answer);
    await expect(lab.features.create({ ...customers, ...change })).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(service.requests).toHaveLength(0);
  });

  it('writes rows, reads them back as they were, and deletes them', async () => {
    const { answer, records } = store();
    const { lab } = await labOnAPort(answer);
    const group = await lab.features.create(customers);
    const time = new Date('2026-01-31T12:00:00Z');
    expect(await group.put(rows.map((row) => ({ ...row, EventTime: time })))).toEqual({ written: 2, failed: [] });
    expect(records.get('1')).toEqual(
      Object.entries({ id: '1', age: '30', income: '1200.5', region: 'north', active: '1', EventTime: '2026-01-31T12:00:00.000Z' }).map(
        ([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }),
      ),
    );
    expect(await group.get([2, 7, 1])).toEqual([
      { id: 2, age: 41, income: 900, region: 'south', active: 0, EventTime: '2026-01-31T12:00:00.000Z' },
      undefined,
      { id: 1, age: 30, income: 1200.5, region: 'north', active: 1, EventTime: '2026-01-31T12:00:00.000Z' },
    ]);
    expect(await group.get([1], { features: ['age'] })).toEqual([{ id: 1, age: 30 }]);
    await group.delete(1, { hard: true });
    expect(await group.get([1])).toEqual([undefined]);
  });

  it('writes the others when one row is refused, and tells which', async () => {
    const refused: Outcome = { error: 'ValidationError', message: 'EventTime is before the store’s' };
    const { lab } = await labOnAPort(
      store((record) => (record.some(({ ValueAsString }) => ValueAsString === '41') ? refused : undefined)).answer,
    );
    const group = await lab.features.create(customers);
    const result = await group.put([...rows, { ...rows[0], id: 3 }]);
    expect(result).toEqual({ written: 2, failed: [{ row: 1, code: 'ValidationError', message: 'EventTime is before the store’s' }] });
  });

  it('gives rows without a time the present', async () => {
    const { answer, records } = store();
    const { lab } = await labOnAPort(answer);
    const group = await lab.features.create(customers);
    const before = new Date().toISOString();
    await group.put(rows);
    const time = records.get('1')?.find(({ FeatureName }) => FeatureName === 'EventTime')?.ValueAsString ?? '';
    expect(time >= before && time <= new Date().toISOString()).toBe(true);
  });

  it.each<[string, Record<string, never>, RegExp]>([
    ['an unknown feature', { id: 1, agee: 3 } as never, /rows\[1\]\.agee/],
    ['no identifier', { age: 3 } as never, /rows\[1\]\.id/],
    ['text for a number', { id: 1, income: 'much' } as never, /rows\[1\]\.income: "much" does not fit the type Fractional/],
    ['a fraction for a whole number', { id: 1, age: 3.5 } as never, /rows\[1\]\.age/],
    ['a time that is none', { id: 1, EventTime: 'yesterday' } as never, /rows\[1\]\.EventTime/],
  ])('refuses %s before anything is written', async (_name, row, message) => {
    const { answer, records } = store();
    const { lab } = await labOnAPort(answer);
    const group = await lab.features.create(customers);
    await expect(group.put([rows[0] ?? {}, row])).rejects.toMatchObject({ code: 'InvalidInput', message: expect.stringMatching(message) });
    expect(records.size).toBe(0);
  });

  it('reads many in calls of a hundred', async () => {
    const { lab, service } = await labOnAPort(store().answer);
    const group = await lab.features.create(customers);
    const many = Array.from({ length: 250 }, (_, id) => ({ id, age: 20 + (id % 50) }));
    await group.put(many);
    const read = await group.get(many.map(({ id }) => id));
    expect(read.map((row) => row?.['age'])).toEqual(many.map(({ age }) => age));
    for (const { input } of service.requests.filter(({ operation }) => operation.startsWith('POST /BatchGetRecord')))
      expect(
        (input['Identifiers'] as { RecordIdentifiersValueAsString: string[] }[])[0]?.RecordIdentifiersValueAsString.length,
      ).toBeLessThanOrEqual(100);
  });

  it('sends nothing else to the store than what the client may', async () => {
    const { lab, service } = await labOnAPort(store().answer);
    const client = await lab.clients.featureStoreRuntime();
    await client.send(new PutRecordCommand({ FeatureGroupName: 'customers', Record: [{ FeatureName: 'id', ValueAsString: '1' }] }));
    expect(service.requests).toHaveLength(1);
  });
});
