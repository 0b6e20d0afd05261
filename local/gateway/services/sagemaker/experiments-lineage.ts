import { createHash } from 'node:crypto';
import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { listResources } from './listing.ts';
import { listInput, notThere, Records, uniqueName, userOf, type PlainRecord, type UserContext } from './record-operations.ts';
import type { Request } from './records.ts';
import { now, Store, type Resource } from './store.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;

interface AssociationRecord extends Resource {
  readonly source: string;
  readonly destination: string;
  readonly type: string | undefined;
  readonly createdBy: UserContext;
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
const sourceUri = (record: PlainRecord): unknown => (record.request['Source'] as { SourceUri?: string } | undefined)?.SourceUri;
const lineageFilters = (type: string) => ({
  SourceUri: (record: PlainRecord, uri: unknown) => sourceUri(record) === uri,
  [type]: (record: PlainRecord, value: unknown) => record.request[type] === value,
});
/** `artifact` of an ARN. */
const kindIn = (arn: string): string => (arn.split(':')[5] ?? '').split('/')[0] ?? '';

/** Lineage: what was made of what. Actions, artifacts, contexts and the associations between them, as somebody wrote them down. */
export function lineageOperations(platform: Platform, tags: Tags): Handlers {
  const [actions, contexts] = (['action', 'context'] as const).map((kind) => {
    const noun = kind === 'action' ? 'Action' : 'Context';
    return new Records(platform, tags, {
      kind,
      noun,
      alreadyExists: uniqueName(noun),
      doesNotExist: notThere(noun),
      filters: lineageFilters(`${noun}Type`),
    });
  }) as [Records, Records];
  const artifacts = new Records(platform, tags, {
    kind: 'artifact',
    noun: 'Artifact',
    alreadyExists: uniqueName('Artifact'),
    doesNotExist: notThere('Artifact'),
    filters: lineageFilters('ArtifactType'),
    // The ARN holds a digest of the source, not the name.
    more: ({ request }) => ({ ArtifactName: request['ArtifactName'] }),
  });
  const associations = new Store<AssociationRecord>('associations');
  const association = ({ input }: Call): AssociationRecord => {
    const record = associations.get(digest([input['SourceArn'], input['DestinationArn']]));
    if (record === undefined)
      throw new AwsError(
        'ResourceNotFound',
        `Association with source '${String(input['SourceArn'])}' and destination '${String(input['DestinationArn'])}' does not exist.`,
      );
    return record;
  };
  const own: Readonly<Record<string, readonly [Records, string]>> = {
    action: [actions, 'ActionType'],
    context: [contexts, 'ContextType'],
    artifact: [artifacts, 'ArtifactType'],
  };
  const typeOf = (arn: string): unknown => {
    const [records, type] = own[kindIn(arn)] ?? [];
    const record = records?.store.get(arn.split('/').at(-1) ?? '');
    return (type === undefined ? undefined : record?.request[type]) ?? kindIn(arn);
  };
  const shown = ({ source, destination, type, creationTime, createdBy }: AssociationRecord): Request => ({
    SourceArn: source,
    DestinationArn: destination,
    SourceType: typeOf(source),
    DestinationType: typeOf(destination),
    AssociationType: type,
    CreationTime: creationTime,
    CreatedBy: createdBy,
  });

  return {
    ...actions.operations(),
    ...contexts.operations(),
    ...artifacts.operations(),
    CreateArtifact: (call) => ({ ArtifactArn: artifacts.create(call, digest(call.input['Source'])).arn }),
    DeleteArtifact: (call) => {
      const record = artifacts.find((call.input['ArtifactArn'] as string | undefined) ?? digest(call.input['Source']));
      artifacts.delete(call, record);
      return { ArtifactArn: record.arn };
    },
    AddAssociation: (call) => {
      const { SourceArn, DestinationArn, AssociationType } = call.input as Record<string, string>;
      const [source, destination] = [SourceArn ?? '', DestinationArn ?? ''];
      for (const arn of [source, destination]) own[kindIn(arn)]?.[0].find(arn);
      const name = digest([source, destination]);
      if (associations.get(name) !== undefined)
        throw new AwsError('ValidationException', `Association between '${source}' and '${destination}' already exists.`);
      const time = now();
      associations.save({
        name,
        arn: source,
        source,
        destination,
        type: AssociationType,
        createdBy: userOf(call),
        creationTime: time,
        lastModifiedTime: time,
      });
      return { SourceArn, DestinationArn };
    },
    DeleteAssociation: (call) => {
      const record = association(call);
      associations.delete(record.name);
      return { SourceArn: record.source, DestinationArn: record.destination };
    },
    ListAssociations: ({ input }) => {
      const kept = [...associations.all()].filter((record) =>
        Object.entries(shown(record)).every(([field, value]) => input[field] === undefined || input[field] === value),
      );
      const { page, ...rest } = listResources(kept, listInput(input));
      return { AssociationSummaries: page.map(shown), ...rest };
    },
  };
}
