import { omit } from '../../../deploy/omit.ts';
import { AwsError, type Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { imageNameOf } from '../../../runner/images.ts';
import { ModelPackageGroups } from './model-package-groups.ts';
import { Records, type PlainRecord } from './record-operations.ts';
import type { Request } from './records.ts';
import { isoTime, type EmitStateChange } from './state-change-events.ts';
import type { Tags } from './tags.ts';

type Handlers = Record<string, (call: Call) => unknown>;

interface InferenceSpecification {
  readonly Containers: readonly Request[];
}

/** What the registry is for its neighbours. */
export interface ModelRegistry {
  readonly operations: Handlers;
  /**
   * The container of a model package, for CreateModel with ModelPackageName. SageMaker asks for no approval there: who
   * may deploy what is up to the roles (`sagemaker:ModelApprovalStatus`) and to whoever listens to the events.
   * @param nameOrArn `name`, `group/version` or the ARN
   * @param specification InferenceSpecificationName, for one of the AdditionalInferenceSpecifications
   * @throws AwsError ValidationException when there is no such package or specification
   */
  readonly modelPackageContainer: (nameOrArn: string, specification?: string) => Request;
}

/** What would start jobs, or take something from a place that is not here. */
const NOT_DONE: Readonly<Record<string, string>> = {
  ValidationSpecification: 'it does not run validation profiles',
  SourceAlgorithmSpecification: 'there are no algorithm resources',
  ManagedStorageType: 'there is no managed storage of models',
};

const isVersioned = (record: PlainRecord): boolean => record.request['ModelPackageVersion'] !== undefined;
const groupName = (given: string): string => given.split('/').at(-1) ?? given;

/** The model registry: groups, versions in them, their approval, and an event for each change of it. */
export function createModelRegistry(platform: Platform, tags: Tags, emit: EmitStateChange): ModelRegistry {
  const packages = new Records(platform, tags, {
    kind: 'model-package',
    noun: 'ModelPackage',
    alreadyExists: (_name, arn) => new AwsError('ValidationException', `Model Package already exists: ${arn}`),
    doesNotExist: (_name, arn) => new AwsError('ValidationException', `ModelPackage ${arn} does not exist.`),
    mergedMaps: ['CustomerMetadataProperties', 'ModelCard'],
    status: () => 'Completed',
    more: (record) => ({
      // A version has no name of its own, only its group's.
      ModelPackageName: isVersioned(record) ? undefined : record.name,
      ModelPackageStatus: 'Completed',
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CertifyForMarketplace: record.request['CertifyForMarketplace'] ?? false,
    }),
    filters: {
      ModelApprovalStatus: (record, status) => record.request['ModelApprovalStatus'] === status,
      ModelPackageGroupName: (record, group) => record.request['ModelPackageGroupName'] === groupName(group as string),
    },
  });
  const groups = new ModelPackageGroups(platform, tags, packages.store);

  const changed = (record: PlainRecord): void => {
    const detail = omit(packages.describe(record), 'CreatedBy', 'LastModifiedBy');
    emit({
      detailType: 'SageMaker Model Package State Change',
      resource: record.arn,
      detail: { ...detail, CreationTime: isoTime(record.creationTime), LastModifiedTime: isoTime(record.lastModifiedTime) },
    });
  };

  /** SourceUri may be another package, whose specification is taken over. */
  const withSource = (input: Request): Request => {
    const source = input['SourceUri'] as string | undefined;
    if (source === undefined) return input;
    if (!source.startsWith(packages.arn('')))
      throw new AwsError(
        'OperationNotEmulated',
        'The local environment takes no SourceUri but that of a model package: give InferenceSpecification.',
      );
    return { InferenceSpecification: packages.find(source).request['InferenceSpecification'], ...input };
  };

  const checked = (input: Request): Request => {
    for (const [field, why] of Object.entries(NOT_DONE)) {
      if (input[field] !== undefined) throw new AwsError('OperationNotEmulated', `The local environment does not take ${field}: ${why}.`);
    }
    if (input['CertifyForMarketplace'] === true)
      throw new AwsError('OperationNotEmulated', 'The local environment has no marketplace to certify a model package for.');
    const complete = withSource(input);
    const specifications = [
      complete['InferenceSpecification'],
      ...((complete['AdditionalInferenceSpecifications'] ?? complete['AdditionalInferenceSpecificationsToAdd'] ?? []) as unknown[]),
    ];
    for (const container of (specifications as (InferenceSpecification | undefined)[]).flatMap((one) => one?.Containers ?? [])) {
      const image = container['Image'];
      if (typeof image === 'string' && imageNameOf(image) === undefined)
        throw new AwsError('ValidationException', `Requested image ${image} not found.`);
    }
    return complete;
  };

  const create = (call: Call): Request => {
    const { ModelPackageName: name, ModelPackageGroupName: given, ClientToken: token, Tags: tagged } = call.input;
    if (name !== undefined && given !== undefined)
      throw new AwsError(
        'ValidationException',
        'Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.',
      );
    if (name === undefined && given === undefined) throw new AwsError('ValidationException', 'Missing ARN.');
    const before = token === undefined ? undefined : [...packages.store.all()].find(({ request }) => request['ClientToken'] === token);
    if (before !== undefined) return { ModelPackageArn: before.arn };
    const input = checked(call.input);
    if (given === undefined) {
      if (input['InferenceSpecification'] === undefined)
        throw new AwsError('ValidationException', 'Either InferenceSpecification or SourceAlgorithmSpecification must be provided.');
      if (input['ModelApprovalStatus'] !== undefined)
        throw new AwsError('ValidationException', 'ModelApprovalStatus is of versioned model packages: give ModelPackageGroupName.');
      const record = packages.create({ ...call, input });
      changed(record);
      return { ModelPackageArn: record.arn };
    }
    if (tagged !== undefined && (tagged as unknown[]).length > 0)
      throw new AwsError(
        'ValidationException',
        'Tags are not supported for a versioned model package: it has those of its model package group.',
      );
    const group = groups.find(given as string);
    const version = groups.nextVersion(group);
    const request = {
      ...input,
      ModelPackageGroupName: group.name,
      ModelPackageVersion: version,
      ModelApprovalStatus: input['ModelApprovalStatus'] ?? 'PendingManualApproval',
    };
    const record = packages.create({ ...call, input: request }, `${group.name}/${String(version)}`);
    changed(record);
    return { ModelPackageArn: record.arn };
  };

  const update = (call: Call): Request => {
    const record = packages.find(call.input['ModelPackageArn'] as string);
    if (!isVersioned(record) && call.input['ModelApprovalStatus'] !== undefined)
      throw new AwsError('ValidationException', `ModelPackage ${record.arn} is not versioned: it has no approval status.`);
    const { AdditionalInferenceSpecificationsToAdd: further, ...input } = checked(call.input);
    const specifications = [
      ...((record.request['AdditionalInferenceSpecifications'] ?? []) as unknown[]),
      ...((further ?? []) as unknown[]),
    ];
    packages.update(
      { ...call, input: { ...input, ...(further === undefined ? {} : { AdditionalInferenceSpecifications: specifications }) } },
      record,
    );
    changed(record);
    return { ModelPackageArn: record.arn };
  };

  return {
    operations: {
      ...groups.operations(),
      CreateModelPackage: create,
      DescribeModelPackage: (call) => packages.describe(packages.find(call.input['ModelPackageName'] as string)),
      ListModelPackages: (call) => {
        // What neither names a group nor a type means those without versions.
        const type = call.input['ModelPackageType'] ?? (call.input['ModelPackageGroupName'] === undefined ? 'Unversioned' : 'Versioned');
        const kept = [...packages.store.all()].filter((record) => type === 'Both' || isVersioned(record) === (type === 'Versioned'));
        return packages.list(call, kept);
      },
      UpdateModelPackage: update,
      DeleteModelPackage: (call) => {
        packages.delete(call, packages.find(call.input['ModelPackageName'] as string));
        return {};
      },
      BatchDescribeModelPackage: ({ input }) => {
        const summaries: Record<string, unknown> = {};
        const errors: Record<string, unknown> = {};
        for (const arn of input['ModelPackageArnList'] as string[]) {
          try {
            summaries[arn] = packages.describe(packages.find(arn));
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            errors[arn] = { ErrorCode: error.code, ErrorResponse: error.message };
          }
        }
        return { ModelPackageSummaries: summaries, BatchDescribeModelPackageErrorMap: errors };
      },
    },
    modelPackageContainer: (nameOrArn, specification) => {
      const { request, arn } = packages.find(nameOrArn);
      const further = (request['AdditionalInferenceSpecifications'] ?? []) as (InferenceSpecification & { readonly Name: string })[];
      const wanted =
        specification === undefined
          ? (request['InferenceSpecification'] as InferenceSpecification | undefined)
          : further.find(({ Name }) => Name === specification);
      const [container, ...others] = wanted?.Containers ?? [];
      if (container === undefined)
        throw new AwsError(
          'ValidationException',
          `ModelPackage ${arn} has no inference specification${specification === undefined ? '' : ` ${specification}`}.`,
        );
      if (others.length > 0) throw new AwsError('OperationNotEmulated', 'The local environment hosts models of one container.');
      return container;
    },
  };
}
