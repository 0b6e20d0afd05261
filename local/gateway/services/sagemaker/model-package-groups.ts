import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { Records, type PlainRecord } from './record-operations.ts';
import type { Store } from './store.ts';
import type { Tags } from './tags.ts';

/** Groups of model packages. Each counts its versions: a number is not given twice, even when its package was deleted. */
export class ModelPackageGroups {
  readonly #groups: Records;

  constructor(platform: Platform, tags: Tags, packages: Store<PlainRecord>) {
    this.#groups = new Records(platform, tags, {
      kind: 'model-package-group',
      noun: 'ModelPackageGroup',
      alreadyExists: (_name, arn) => new AwsError('ValidationException', `Model Package Group already exists: ${arn}`),
      doesNotExist: (_name, arn) => new AwsError('ValidationException', `ModelPackageGroup ${arn} does not exist.`),
      more: () => ({ ModelPackageGroupStatus: 'Completed' }),
      // Nothing is shared with this account.
      filters: { CrossAccountFilterOption: (_record, option) => option === 'SameAccount' },
      beforeCreate: ({ input }) => {
        if (input['ManagedConfiguration'] !== undefined)
          throw new AwsError('OperationNotEmulated', 'The local environment has no managed storage of models.');
      },
      beforeDelete: ({ name, arn }) => {
        if ([...packages.all()].some(({ request }) => request['ModelPackageGroupName'] === name))
          throw new AwsError('ConflictException', `Model Package Group ${arn} cannot be deleted because it still contains Model Packages.`);
      },
    });
  }

  find(nameOrArn: string): PlainRecord {
    return this.#groups.find(nameOrArn);
  }

  nextVersion(group: PlainRecord): number {
    const version = ((group.request['LastVersion'] as number | undefined) ?? 0) + 1;
    group.request = { ...group.request, LastVersion: version };
    this.#groups.store.save(group);
    return version;
  }

  operations(): Record<string, (call: Call) => unknown> {
    return {
      ...this.#groups.operations(),
      DeleteModelPackageGroup: (call) => {
        this.#groups.delete(call, this.#groups.find(call.input['ModelPackageGroupName'] as string));
        return {};
      },
    };
  }
}
