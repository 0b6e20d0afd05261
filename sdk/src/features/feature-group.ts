import { CreateFeatureGroupCommand, DeleteFeatureGroupCommand, DescribeFeatureGroupCommand } from '@aws-sdk/client-sagemaker';
import type { DescribeFeatureGroupResponse } from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { refuseUnknown, tagsOf, wholeNumber } from '../jobs/options.ts';
import type { Known } from '../jobs/options.ts';
import { displayable, table } from '../notebook/display.ts';
import { plannedCall } from '../planning/planned-call.ts';
import type { PlannedCall } from '../planning/api.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { poll } from '../waiting/poll.ts';
import { sleep } from '../waiting/sleep.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { FailedRow, FeatureGroup, FeatureGroupOptions, Features, FeatureType, PutResult } from './api.ts';
import { checkedGroupName, recordOf, schemaOf, valueOf } from './schema.ts';

/** As BatchGetRecord takes them. */
const IDENTIFIERS_A_CALL = 100;
const ROUNDS = 6;

const OPTIONS: Known<FeatureGroupOptions> = {
  name: true,
  schema: true,
  rows: true,
  recordIdentifier: true,
  eventTime: true,
  online: true,
  offline: true,
  description: true,
  tags: true,
  wait: true,
  signal: true,
};

export const features = (context: LabContext): Features => ({
  create: (options) => create(context, options),
  group: (name) => Promise.resolve().then(() => featureGroup(context, name)),
});

/** What `create` would send. */
export function featureGroupCall({ environment }: LabContext, options: FeatureGroupOptions): PlannedCall<'CreateFeatureGroup'> {
  refuseUnknown('lab.features.create', options, OPTIONS);
  const { online = true, offline = false, eventTime = 'EventTime', recordIdentifier } = options;
  if (!online && !offline)
    throw new SealabError('InvalidInput', 'online: a group without online and offline store keeps nothing.', {
      details: { field: 'online' },
    });
  const types = schemaOf(options, eventTime);
  return plannedCall(
    'CreateFeatureGroup',
    {
      FeatureGroupName: checkedGroupName(options.name),
      RecordIdentifierFeatureName: recordIdentifier,
      EventTimeFeatureName: eventTime,
      FeatureDefinitions: [...types].map(([FeatureName, FeatureType]) => ({ FeatureName, FeatureType })),
      ...(online ? { OnlineStoreConfig: { EnableOnlineStore: true } } : {}),
      ...(offline
        ? {
            OfflineStoreConfig: {
              S3StorageConfig: { S3Uri: `s3://${environment.buckets.model}/features` },
              // A table in Glue is for Athena, which the project network does not reach.
              DisableGlueTableCreation: true,
            },
          }
        : {}),
      ...(options.description === undefined ? {} : { Description: options.description }),
      ...tagsOf(options.tags),
    },
    environment,
  );
}

async function create(context: LabContext, options: FeatureGroupOptions): Promise<FeatureGroup> {
  const { sageMaker } = context.clients;
  const signal = endSignal(context, options.signal);
  const { input } = featureGroupCall(context, options);
  const { FeatureGroupName } = input;
  await submitOnce({
    send: () => sageMaker.send(new CreateFeatureGroupCommand(input), { abortSignal: signal }),
    find: () => sageMaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName })).catch(notThere),
    input,
    signal,
  });
  const group = featureGroup(context, options.name);
  if (options.wait !== false) await group.wait({ signal });
  return group;
}

/** A group by name. Nothing is asked of AWS until it is used. */
export function featureGroup(context: LabContext, name: string): FeatureGroup {
  const FeatureGroupName = checkedGroupName(name);
  const { sageMaker } = context.clients;
  const describe = (abortSignal?: AbortSignal) =>
    sageMaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName }), abortSignal === undefined ? {} : { abortSignal });
  // Types of features that are there never change; features that were added since are found by asking anew.
  let shape: Promise<Shape> | undefined;
  const known = () => {
    shape ??= describe().then(shapeOf);
    // A failure that passes (no network, say) is not remembered.
    shape.catch(() => (shape = undefined));
    return shape;
  };
  const runtime = async () => Promise.all([context.clients.featureStoreRuntime(), import('../clients/featurestore-runtime.ts')]);

  const group: FeatureGroup = {
    kind: 'feature-groups',
    name,
    describe: () => describe(),
    wait: async ({ signal, timeout } = {}) => {
      const done = await poll({
        ask: describe,
        isDone: ({ FeatureGroupStatus }) => FeatureGroupStatus !== 'Creating',
        signal: endSignal(context, signal),
        timeout,
        what: `Feature group ${name}`,
      });
      if (done.FeatureGroupStatus === 'Created') return done;
      throw new SealabError(
        'JobNotCompleted',
        `Feature group ${name} is ${done.FeatureGroupStatus ?? 'unknown'}: ${done.FailureReason ?? 'no reason was given'}`,
        {
          remedy: 'Remove it (`group.remove()`) and create it anew.',
          details: { name, status: done.FeatureGroupStatus, reason: done.FailureReason },
        },
      );
    },
    put: async (rows, { concurrency = 16, signal: given } = {}) => {
      const signal = endSignal(context, given);
      const { types, identifier, eventTime } = await known();
      const now = new Date().toISOString();
      const records = rows.map((row, index) => recordOf(row, index, types, identifier, eventTime, now));
      const [client, { PutRecordCommand }] = await runtime();
      const failed: FailedRow[] = [];
      await inParallel(records.length, wholeNumber('concurrency', concurrency, 1, 50), async (row) => {
        signal.throwIfAborted();
        try {
          // Each request listens to a signal of its own: a runtime warns of many listeners to one.
          const abortSignal = AbortSignal.any([signal]);
          await client.send(new PutRecordCommand({ FeatureGroupName, Record: records[row] ?? [] }), { abortSignal });
        } catch (error) {
          signal.throwIfAborted();
          const { name: code, message } = error as Error;
          failed.push({ row, code, message });
        }
      });
      const result: PutResult = { written: rows.length - failed.length, failed: failed.sort((a, b) => a.row - b.row) };
      return displayable(result, () =>
        table(
          `${result.written} of ${rows.length} rows written to ${name}`,
          failed.length === 0 ? [] : ['row', 'error', 'message'],
          result.failed.slice(0, 50).map((one) => [one.row, one.code, one.message]),
        ),
      );
    },
    get: async (identifiers, { features: wanted, signal: given } = {}) => {
      const signal = endSignal(context, given);
      const { types, identifier } = await known();
      const names = wanted === undefined || wanted.includes(identifier) ? wanted : [identifier, ...wanted];
      const unknown = wanted?.find((one) => !types.has(one));
      if (unknown !== undefined)
        throw new SealabError('InvalidInput', `features: the group has no feature ${JSON.stringify(unknown)}.`, {
          remedy: `It has ${[...types.keys()].join(', ')}.`,
        });
      const [client, { BatchGetRecordCommand }] = await runtime();
      const found = new Map<string, Record<string, string | number>>();
      let open = [...new Set(identifiers.map(String))];
      for (let round = 0; open.length > 0; round++) {
        const left: string[] = [];
        for (let from = 0; from < open.length; from += IDENTIFIERS_A_CALL) {
          const answer = await client.send(
            new BatchGetRecordCommand({
              Identifiers: [
                {
                  FeatureGroupName,
                  RecordIdentifiersValueAsString: open.slice(from, from + IDENTIFIERS_A_CALL),
                  ...(names === undefined ? {} : { FeatureNames: [...names] }),
                },
              ],
            }),
            { abortSignal: signal },
          );
          const [problem] = answer.Errors ?? [];
          if (problem !== undefined)
            throw new SealabError(
              'InvalidInput',
              `${name}, record ${problem.RecordIdentifierValueAsString ?? ''}: ${problem.ErrorMessage ?? ''}`,
              { details: { ...problem } },
            );
          for (const { RecordIdentifierValueAsString = '', Record: record = [] } of answer.Records ?? [])
            found.set(
              RecordIdentifierValueAsString,
              Object.fromEntries(
                record.map(({ FeatureName = '', ValueAsString = '' }) => [FeatureName, valueOf(ValueAsString, types.get(FeatureName))]),
              ),
            );
          left.push(...(answer.UnprocessedIdentifiers ?? []).flatMap((one) => one.RecordIdentifiersValueAsString ?? []));
        }
        if (left.length > 0 && round === ROUNDS)
          throw new SealabError('WaitEnded', `${name}: SageMaker did not answer for ${left.length} records.`, {
            remedy: 'Ask for fewer at a time.',
          });
        if (left.length > 0) await sleep(100 * 2 ** round, signal);
        open = left;
      }
      return identifiers.map((one) => found.get(String(one)));
    },
    delete: async (identifier, { hard = false } = {}) => {
      const { types, eventTime } = await known();
      const [client, { DeleteRecordCommand }] = await runtime();
      const now = new Date();
      await client.send(
        new DeleteRecordCommand({
          FeatureGroupName,
          RecordIdentifierValueAsString: String(identifier),
          EventTime: types.get(eventTime) === 'Fractional' ? String(now.getTime() / 1000) : now.toISOString(),
          DeletionMode: hard ? 'HardDelete' : 'SoftDelete',
          // The offline store would otherwise get a record that says so.
          TargetStores: ['OnlineStore'],
        }),
      );
    },
    offlineUri: async () => (await describe()).OfflineStoreConfig?.S3StorageConfig?.ResolvedOutputS3Uri,
    seal: async () => sealOf(name, controlStates('CreateFeatureGroup', await describe(), context.environment)),
    remove: async () => {
      await sageMaker.send(new DeleteFeatureGroupCommand({ FeatureGroupName }));
    },
  };
  return displayable(group, async () => {
    const now = await describe();
    const { types, identifier, eventTime } = shapeOf(now);
    return table(
      `Feature group ${name} ${now.FeatureGroupStatus ?? ''}`,
      ['feature', 'type', ''],
      [...types].map(([feature, type]) => [
        feature,
        type,
        feature === identifier ? 'record identifier' : feature === eventTime ? 'event time' : '',
      ]),
    );
  });
}

interface Shape {
  readonly types: ReadonlyMap<string, FeatureType>;
  readonly identifier: string;
  readonly eventTime: string;
}

const shapeOf = (described: DescribeFeatureGroupResponse): Shape => ({
  types: new Map((described.FeatureDefinitions ?? []).map(({ FeatureName, FeatureType }) => [FeatureName ?? '', FeatureType ?? 'String'])),
  identifier: described.RecordIdentifierFeatureName ?? '',
  eventTime: described.EventTimeFeatureName ?? '',
});

/** Does `count` things, at most `width` at the same time. */
async function inParallel(count: number, width: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, count) }, async () => {
      while (next < count) await act(next++);
    }),
  );
}
