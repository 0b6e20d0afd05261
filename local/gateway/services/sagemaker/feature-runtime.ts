import { AwsError, type Call } from '../../call.ts';
import type { OfflineStore } from './feature-offline-store.ts';
import { onlineStore } from './feature-online-store.ts';
import {
  checkRecord,
  eventSeconds,
  invalidRecord,
  ttlSeconds,
  type FeatureDefinition,
  type FeatureValue,
  type TtlDuration,
} from './feature-values.ts';
import type { PlainRecord, Records } from './record-operations.ts';
import type { Request } from './records.ts';
import { isoTime } from './state-change-events.ts';
import { now } from './store.ts';

type Handlers = Record<string, (call: Call) => unknown>;
type StoreName = 'OnlineStore' | 'OfflineStore';

/** PutRecord, GetRecord, DeleteRecord and the like: the feature store's runtime (`sagemaker-featurestore-runtime`). */
export function featureRuntimeOperations(groups: Records, offline: OfflineStore, statusOf: (group: PlainRecord) => string): Handlers {
  const ready = (name: unknown): PlainRecord => {
    const group = groups.find(name as string);
    if (statusOf(group) !== 'Created') throw invalidRecord(`FeatureGroup ${group.name} is in status ${statusOf(group)}.`);
    return group;
  };
  const online = ({ request }: PlainRecord): Request | undefined => {
    const config = request['OnlineStoreConfig'] as Request | undefined;
    return config?.['EnableOnlineStore'] === true ? config : undefined;
  };
  /** The stores that a request is for: those that the group has, unless it names some. */
  const targets = (group: PlainRecord, wanted: unknown): ReadonlySet<StoreName> => {
    const has = new Set<StoreName>([
      ...(online(group) === undefined ? [] : (['OnlineStore'] as const)),
      ...(group.request['OfflineStoreConfig'] === undefined ? [] : (['OfflineStore'] as const)),
    ]);
    if (wanted === undefined) return has;
    const missing = (wanted as StoreName[]).find((one) => !has.has(one));
    if (missing !== undefined) throw invalidRecord(`FeatureGroup ${group.name} has no ${missing}.`);
    return new Set(wanted as StoreName[]);
  };

  const put = (input: Request): void => {
    const group = ready(input['FeatureGroupName']);
    const stores = targets(group, input['TargetStores']);
    const record = checkRecord(group.request, input['Record'] as FeatureValue[]);
    const ttl = (input['TtlDuration'] ?? online(group)?.['TtlDuration']) as TtlDuration | undefined;
    if (stores.has('OnlineStore')) onlineStore.put(group.name, record, ttl === undefined ? undefined : ttlSeconds(ttl));
    if (stores.has('OfflineStore')) offline.append(group, { ...record, written: now(), deleted: false });
  };

  const get = (group: PlainRecord, identifier: string, names: readonly string[] | undefined, expiration: unknown): Request | undefined => {
    const found = onlineStore.get(group.name, identifier);
    if (found === undefined) return undefined;
    const features = (group.request['FeatureDefinitions'] as FeatureDefinition[]).map(({ FeatureName }) => FeatureName);
    const unknown = names?.find((name) => !features.includes(name));
    if (unknown !== undefined) throw invalidRecord(`FeatureName '${unknown}' is not a feature of the feature group.`);
    const shown = (names ?? features).filter((name) => found.values[name] !== undefined);
    return {
      Record: shown.map((name) => ({ FeatureName: name, ValueAsString: found.values[name] })),
      ...(expiration === 'Enabled' && found.expires !== undefined ? { ExpiresAt: isoTime(found.expires) } : {}),
    };
  };
  const readable = (name: unknown): PlainRecord => {
    const group = ready(name);
    if (online(group) === undefined) throw invalidRecord(`FeatureGroup ${group.name} has no OnlineStore.`);
    return group;
  };

  return {
    PutRecord: ({ input }) => {
      put(input);
      return {};
    },
    BatchWriteRecord: ({ input }) => {
      const errors: Request[] = [];
      for (const entry of input['Entries'] as Request[]) {
        try {
          put({ TtlDuration: input['TtlDuration'], ...entry });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          errors.push({ Entry: entry, ErrorCode: error.code, ErrorMessage: error.message });
        }
      }
      return { Errors: errors, UnprocessedEntries: [] };
    },
    GetRecord: ({ input }) =>
      get(
        readable(input['FeatureGroupName']),
        input['RecordIdentifierValueAsString'] as string,
        input['FeatureNames'] as string[] | undefined,
        input['ExpirationTimeResponse'],
      ) ?? {},
    BatchGetRecord: ({ input }) => {
      const found: Request[] = [];
      const errors: Request[] = [];
      for (const { FeatureGroupName, RecordIdentifiersValueAsString, FeatureNames } of input['Identifiers'] as Request[]) {
        for (const identifier of RecordIdentifiersValueAsString as string[]) {
          const about = { FeatureGroupName, RecordIdentifierValueAsString: identifier };
          try {
            const record = get(
              readable(FeatureGroupName),
              identifier,
              FeatureNames as string[] | undefined,
              input['ExpirationTimeResponse'],
            );
            if (record !== undefined) found.push({ ...about, ...record });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            errors.push({ ...about, ErrorCode: error.code, ErrorMessage: error.message });
          }
        }
      }
      return { Records: found, Errors: errors, UnprocessedIdentifiers: [] };
    },
    DeleteRecord: ({ input }) => {
      const group = ready(input['FeatureGroupName']);
      const stores = targets(group, input['TargetStores']);
      const identifier = input['RecordIdentifierValueAsString'] as string;
      const [identifierName, timeName] = [group.request['RecordIdentifierFeatureName'], group.request['EventTimeFeatureName']] as [
        string,
        string,
      ];
      const time = input['EventTime'] as string;
      const definition = (group.request['FeatureDefinitions'] as FeatureDefinition[]).find(({ FeatureName }) => FeatureName === timeName);
      const eventTime = eventSeconds(definition, time);
      if (stores.has('OnlineStore')) onlineStore.delete(group.name, identifier, eventTime, input['DeletionMode'] === 'HardDelete');
      // Both kinds of deletion leave a mark offline.
      if (stores.has('OfflineStore'))
        offline.append(group, {
          identifier,
          eventTime,
          values: { [identifierName]: identifier, [timeName]: time },
          written: now(),
          deleted: true,
        });
      return {};
    },
  };
}
