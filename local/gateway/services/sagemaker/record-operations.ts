import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { serviceModel, shapeOf } from '../../protocol/models.ts';
import { arnOf, KINDS, type Kind } from './account.ts';
import { listResources } from './listing.ts';
import type { Request } from './records.ts';
import { now, Store, type Resource } from './store.ts';
import type { Tags } from './tags.ts';

/** A resource that is what was asked for, and nothing runs for it. */
export interface PlainRecord extends Resource {
  /** The request that made it, with what was updated since. */
  request: Request;
  readonly createdBy: UserContext;
  modifiedBy: UserContext;
}

/** Who did something, as SageMaker's answers tell; nobody where SageMaker did it by itself. */
export interface UserContext {
  readonly IamIdentity?: { readonly Arn: string; readonly PrincipalId: string };
}

export const userOf = ({ principal }: Call): UserContext => ({ IamIdentity: { Arn: principal.arn, PrincipalId: principal.userId } });

type Handlers = Record<string, (call: Call) => unknown>;

/** What the service model does not say about a kind of plain resource. */
export interface RecordKind {
  readonly kind: Kind;
  /** As in its operations: `TrialComponent` of CreateTrialComponent. */
  readonly noun: string;
  /** @param name of the resource that is there already */
  readonly alreadyExists: (name: string, arn: string) => AwsError;
  readonly doesNotExist: (name: string, arn: string) => AwsError;
  /** Filters of its List operation that only it has: whether a record has the value. */
  readonly filters?: Readonly<Record<string, (record: PlainRecord, value: unknown) => boolean>>;
  /** Members of Describe and List beside those of the request, the ARN, the times and the users. */
  readonly more?: (record: PlainRecord) => Request;
  readonly status?: (record: PlainRecord) => string;
  /** Maps that an update adds to; others are replaced as a whole. */
  readonly mergedMaps?: readonly string[];
  readonly beforeCreate?: (call: Call) => void;
  readonly beforeDelete?: (record: PlainRecord, call: Call) => void;
}

/** Create, Describe, List, Update and Delete of one kind of plain resource; names of members come from the service model. */
export class Records {
  readonly store: Store<PlainRecord>;
  readonly #platform: Platform;
  readonly #tags: Tags;
  readonly #kind: RecordKind;

  constructor(platform: Platform, tags: Tags, kind: RecordKind) {
    this.#platform = platform;
    this.#tags = tags;
    this.#kind = kind;
    this.store = new Store(`${kind.kind}s`);
  }

  arn(name: string): string {
    return arnOf(this.#platform, this.#kind.kind, name);
  }

  /** @param given name or ARN, as requests may have either */
  find(given: string): PlainRecord {
    const prefix = this.arn('');
    const name = given.startsWith('arn:') ? (given.startsWith(prefix) ? given.slice(prefix.length) : given) : given;
    const record = this.store.get(name);
    if (record === undefined) throw this.#kind.doesNotExist(name, given.startsWith('arn:') ? given : this.arn(name));
    return record;
  }

  create(call: Call, name = call.input[KINDS[this.#kind.kind]] as string): PlainRecord {
    const arn = this.arn(name);
    this.#kind.beforeCreate?.(call);
    if (this.store.get(name) !== undefined) throw this.#kind.alreadyExists(name, arn);
    const { Tags: tags, ...request } = call.input;
    const user = userOf(call);
    const record = { name, arn, request, creationTime: now(), lastModifiedTime: 0, createdBy: user, modifiedBy: user };
    this.#tags.add(arn, tags);
    return this.store.save(record);
  }

  describe(record: PlainRecord): Request {
    const { noun, more } = this.#kind;
    return {
      [`${noun}Name`]: record.name,
      ...record.request,
      [`${noun}Arn`]: record.arn,
      CreationTime: record.creationTime,
      LastModifiedTime: record.lastModifiedTime,
      CreatedBy: record.createdBy,
      LastModifiedBy: record.modifiedBy,
      ...more?.(record),
    };
  }

  list(call: Call, records: Iterable<PlainRecord> = this.store.all()): Request {
    const { noun, filters = {}, status } = this.#kind;
    const asked = Object.entries(filters).filter(([field]) => call.input[field] !== undefined);
    const kept = asked.length === 0 ? records : [...records].filter((one) => asked.every(([field, has]) => has(one, call.input[field])));
    const { page, ...rest } = listResources(kept, listInput(call.input), status === undefined ? {} : { status });
    return { [summariesOf(`List${noun}s`)]: page.map((record) => this.describe(record)), ...rest };
  }

  update(call: Call, record: PlainRecord): PlainRecord {
    const changed: Record<string, unknown> = { ...record.request };
    const names = new Set([identifierOf(call.operation), 'ClientToken']);
    for (const [field, value] of Object.entries(call.input)) {
      if (names.has(field) || field.endsWith('ToRemove')) continue;
      changed[field] =
        this.#kind.mergedMaps?.includes(field) === true ? { ...(changed[field] as object | undefined), ...(value as object) } : value;
    }
    for (const [field, keys] of Object.entries(call.input)) {
      if (!field.endsWith('ToRemove')) continue;
      const map = field.slice(0, -'ToRemove'.length);
      changed[map] = Object.fromEntries(Object.entries(changed[map] ?? {}).filter(([key]) => !(keys as string[]).includes(key)));
    }
    record.request = changed;
    record.modifiedBy = userOf(call);
    return this.store.save(record);
  }

  delete(call: Call, record: PlainRecord): void {
    this.#kind.beforeDelete?.(record, call);
    this.store.delete(record.name);
    this.#tags.remove(record.arn);
  }

  /** The five operations, as far as the service model has them; each answers the ARN, as those of SageMaker do. */
  operations(): Handlers {
    const { noun } = this.#kind;
    const found = (call: Call): PlainRecord => this.find(call.input[identifierOf(call.operation)] as string);
    const answer = ({ arn }: PlainRecord): Request => ({ [`${noun}Arn`]: arn });
    const all: Handlers = {
      [`Create${noun}`]: (call) => answer(this.create(call)),
      [`Describe${noun}`]: (call) => this.describe(found(call)),
      [`List${noun}s`]: (call) => this.list(call),
      [`Update${noun}`]: (call) => answer(this.update(call, found(call))),
      [`Delete${noun}`]: (call) => {
        const record = found(call);
        this.delete(call, record);
        return answer(record);
      },
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => name in serviceModel('sagemaker').operations));
  }
}

/** The member that says which resource an operation is about: the first that it demands. */
function identifierOf(operation: string): string {
  const model = serviceModel('sagemaker');
  const input = model.operations[operation]?.input;
  return (input === undefined ? undefined : shapeOf(model, input).required?.[0]) ?? '';
}

/** The list in the answer of a List operation: `ExperimentSummaries`. */
export function summariesOf(operation: string): string {
  const model = serviceModel('sagemaker');
  const output = model.operations[operation]?.output;
  const members = Object.entries(output === undefined ? {} : (shapeOf(model, output).members ?? {}));
  return members.find(([, member]) => shapeOf(model, member).type === 'list')?.[0] ?? '';
}

/** Newer operations call a filter `CreatedAfter` that older ones call `CreationTimeAfter`; a kind's own status stands for `Status`. */
export const listInput = (input: Request): Request => {
  const sortBy = input['SortBy'] as string | undefined;
  return {
    ...input,
    CreationTimeAfter: input['CreationTimeAfter'] ?? input['CreatedAfter'],
    CreationTimeBefore: input['CreationTimeBefore'] ?? input['CreatedBefore'],
    ...(sortBy?.endsWith('Status') === true ? { SortBy: 'Status' } : {}),
  };
};

/** What SageMaker says of experiments, pipelines and the like when the name is taken. */
export const uniqueName =
  (words: string) =>
  (name: string): AwsError =>
    new AwsError(
      'ValidationException',
      `${words} names must be unique within an AWS account and region. ${words} with name (${name}) already exists.`,
    );

/** … and when there is none. */
export const notThere =
  (words: string) =>
  (_name: string, arn: string): AwsError =>
    new AwsError('ResourceNotFound', `${words} '${arn}' does not exist.`);
