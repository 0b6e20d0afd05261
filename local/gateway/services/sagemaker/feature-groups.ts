import { GetBucketAclCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { RoleSession } from '../../../runner/role-session.ts';
import { joinS3, parseS3Uri } from '../../../runner/s3-locations.ts';
import { checkRole } from './account.ts';
import { OfflineStore, storageOf } from './feature-offline-store.ts';
import { onlineStore } from './feature-online-store.ts';
import { featureRuntimeOperations } from './feature-runtime.ts';
import { checkDefinitions, type FeatureDefinition } from './feature-values.ts';
import { Records, userOf, type PlainRecord } from './record-operations.ts';
import type { Request } from './records.ts';
import { now } from './store.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;
const part = (request: Request, name: string): Request => (request[name] ?? {}) as Request;

/** What a group keeps beside its request, under names that no answer has but through `more`. */
const statusOf = (group: PlainRecord): string => (group.request['FeatureGroupStatus'] as string | undefined) ?? 'Creating';

/** What the local store is not, by request. */
function refuseWhatIsNotThere({ OnlineStoreConfig, OfflineStoreConfig, ThroughputConfig }: Request): void {
  const online = (OnlineStoreConfig ?? {}) as Request;
  const offline = OfflineStoreConfig as Request | undefined;
  const missing =
    online['StorageType'] !== undefined && online['StorageType'] !== 'Standard'
      ? `an online store of type ${online['StorageType'] as string}`
      : (ThroughputConfig as Request | undefined)?.['ThroughputMode'] === 'Provisioned'
        ? 'provisioned throughput'
        : offline?.['TableFormat'] === 'Iceberg'
          ? 'Iceberg tables'
          : offline !== undefined && (offline['DisableGlueTableCreation'] !== true || offline['DataCatalogConfig'] !== undefined)
            ? 'a Glue catalog: set DisableGlueTableCreation'
            : undefined;
  if (missing !== undefined) throw new AwsError('OperationNotEmulated', `The local feature store does not have ${missing}.`);
}

/** The feature store: groups, the latest records (online) and all events (offline, Parquet in S3). */
export function featureOperations(platform: Platform, tags: Tags): Handlers {
  const groups = new Records(platform, tags, {
    kind: 'feature-group',
    noun: 'FeatureGroup',
    alreadyExists: (name) =>
      new AwsError('ResourceInUse', `Resource Already Exists: FeatureGroup with name ${name} already exists. Choose a different name.`),
    doesNotExist: (name) =>
      new AwsError('ResourceNotFound', `Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name ${name}.`, 404),
    status: statusOf,
    filters: {
      FeatureGroupStatusEquals: (group, status) => statusOf(group) === status,
      OfflineStoreStatusEquals: (group, status) => (part(group.request, 'OfflineStoreStatus')['Status'] ?? 'Disabled') === status,
    },
  });
  const change = (group: PlainRecord, fields: Request): void => {
    // It may have been deleted while somebody was at work for it.
    if (groups.store.get(group.name) !== group) return;
    group.request = { ...group.request, ...fields };
    groups.store.save(group);
  };
  const offline = new OfflineStore(platform, (group, reason) => {
    const status = reason === undefined ? { Status: 'Active' } : { Status: 'Blocked', BlockedReason: reason.slice(0, 1024) };
    if (part(group.request, 'OfflineStoreStatus')['Status'] !== status.Status) change(group, { OfflineStoreStatus: status });
  });

  /** A group with an offline store is there when its role has seen the bucket. */
  const open = async (group: PlainRecord): Promise<void> => {
    try {
      if (group.request['OfflineStoreConfig'] !== undefined) {
        const role = new RoleSession(platform, group.request['RoleArn'] as string, group.arn);
        const s3 = new S3Client({ ...(await role.config({ kind: 'host' })), forcePathStyle: true });
        await s3.send(new GetBucketAclCommand({ Bucket: parseS3Uri(storageOf(group).S3Uri).bucket }));
        change(group, { OfflineStoreStatus: { Status: 'Active' } });
      }
      change(group, { FeatureGroupStatus: 'Created' });
    } catch (error) {
      const reason = `The execution role cannot use the offline store: ${error instanceof Error ? error.message : ''}`;
      change(group, { FeatureGroupStatus: 'CreateFailed', FailureReason: reason.slice(0, 1024) });
    }
  };
  const openSoon = (group: PlainRecord): void => {
    setImmediate(() => {
      // A group that could not be written stays as it is until the next start.
      open(group).catch(() => undefined);
    });
  };
  for (const group of groups.store.all()) {
    if (statusOf(group) === 'Creating') openSoon(group);
    if (group.request['OfflineStoreConfig'] !== undefined) offline.resume(group);
  }

  const create = async (call: Call): Promise<Request> => {
    const { input } = call;
    const name = input['FeatureGroupName'] as string;
    refuseWhatIsNotThere(input);
    checkDefinitions(input);
    const online = part(input, 'OnlineStoreConfig')['EnableOnlineStore'] === true;
    const storage = part(part(input, 'OfflineStoreConfig'), 'S3StorageConfig');
    if (!online && input['OfflineStoreConfig'] === undefined)
      throw new AwsError('ValidationException', 'Validation Error: Either OnlineStoreConfig or OfflineStoreConfig must be enabled.');
    if (input['OfflineStoreConfig'] !== undefined) {
      if (input['RoleArn'] === undefined)
        throw new AwsError('ValidationException', 'Validation Error: RoleArn must be given for a feature group with an offline store.');
      await checkRole(platform, input['RoleArn'] as string, groups.arn(name));
    }
    const folder = `${name}-${String(Math.floor(now()))}`;
    const resolved = (uri: string): string => joinS3(uri, platform.account, 'sagemaker', platform.region, 'offline-store', folder, 'data');
    const complete =
      input['OfflineStoreConfig'] === undefined
        ? input
        : {
            ...input,
            OfflineStoreConfig: {
              ...part(input, 'OfflineStoreConfig'),
              S3StorageConfig: { ...storage, ResolvedOutputS3Uri: resolved(storage['S3Uri'] as string) },
            },
          };
    const group = groups.create({ ...call, input: complete });
    change(group, { FeatureGroupStatus: 'Creating' });
    openSoon(group);
    return { FeatureGroupArn: group.arn };
  };

  const update = (call: Call): Request => {
    const { FeatureGroupName, FeatureAdditions, OnlineStoreConfig, ThroughputConfig } = call.input;
    const group = groups.find(FeatureGroupName as string);
    if (statusOf(group) !== 'Created')
      throw new AwsError('ValidationException', `Validation Error: FeatureGroup ${group.name} is in status ${statusOf(group)}.`);
    refuseWhatIsNotThere({ ThroughputConfig });
    const changed = {
      ...group.request,
      FeatureDefinitions: [
        ...(group.request['FeatureDefinitions'] as FeatureDefinition[]),
        ...((FeatureAdditions ?? []) as FeatureDefinition[]),
      ],
      ...(OnlineStoreConfig === undefined
        ? {}
        : { OnlineStoreConfig: { ...part(group.request, 'OnlineStoreConfig'), ...(OnlineStoreConfig as Request) } }),
      LastUpdateStatus: { Status: 'Successful' },
    };
    checkDefinitions(changed);
    group.modifiedBy = userOf(call);
    change(group, changed);
    return { FeatureGroupArn: group.arn };
  };

  /** Descriptions and parameters of single features, by name. */
  const metadata = (group: PlainRecord): Readonly<Record<string, Request>> =>
    part(group.request, 'FeatureMetadata') as Record<string, Request>;
  const feature = ({ input }: Call): { group: PlainRecord; definition: FeatureDefinition } => {
    const group = groups.find(input['FeatureGroupName'] as string);
    const name = input['FeatureName'] as string;
    const definition = (group.request['FeatureDefinitions'] as FeatureDefinition[]).find(({ FeatureName }) => FeatureName === name);
    if (definition === undefined)
      throw new AwsError('ResourceNotFound', `Resource Not Found: FeatureGroup ${group.name} has no feature with name ${name}.`);
    return { group, definition };
  };

  return {
    ...groups.operations(),
    CreateFeatureGroup: create,
    UpdateFeatureGroup: update,
    DeleteFeatureGroup: (call) => {
      const group = groups.find(call.input['FeatureGroupName'] as string);
      groups.delete(call, group);
      onlineStore.deleteGroup(group.name);
      // What is in S3 stays there, as on AWS.
      offline.forget(group);
      return {};
    },
    DescribeFeatureMetadata: (call) => {
      const { group, definition } = feature(call);
      return {
        ...definition,
        FeatureGroupArn: group.arn,
        FeatureGroupName: group.name,
        CreationTime: group.creationTime,
        LastModifiedTime: group.lastModifiedTime,
        ...metadata(group)[definition.FeatureName],
      };
    },
    UpdateFeatureMetadata: (call) => {
      const { group, definition } = feature(call);
      const before = metadata(group)[definition.FeatureName] ?? {};
      const { Description = before['Description'], ParameterAdditions = [], ParameterRemovals = [] } = call.input;
      const added = ParameterAdditions as { Key: string }[];
      const gone = new Set([...(ParameterRemovals as string[]), ...added.map(({ Key }) => Key)]);
      const kept = ((before['Parameters'] ?? []) as { Key: string }[]).filter(({ Key }) => !gone.has(Key));
      change(group, {
        FeatureMetadata: { ...metadata(group), [definition.FeatureName]: { Description, Parameters: [...kept, ...added] } },
      });
      return {};
    },
    ...featureRuntimeOperations(groups, offline, statusOf),
  };
}
