import {
  CreateModelPackageGroupCommand,
  DeleteModelPackageGroupCommand,
  DescribeModelPackageCommand,
  DescribeModelPackageGroupCommand,
} from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { checkedName } from '../jobs/names.ts';
import { refuseUnknown, tagsOf, wholeNumber } from '../jobs/options.ts';
import { list } from '../listing/list.ts';
import { comparisonView, displayable } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { ComparedVersion, ModelPackageGroup, Registry, VersionFilters } from './api.ts';
import { modelPackage } from './model-package.ts';

/** Versions that `compare` reads unless told otherwise: each costs two questions. */
const COMPARED = 10;

/** The project's models. */
export function registry(context: LabContext): Registry {
  const versions = (group: string, filters: VersionFilters = {}) => {
    refuseUnknown('lab.registry', filters, { status: true, limit: true, signal: true });
    const { status, limit, signal } = filters;
    return list(context, 'model-packages', {
      of: checkedName(group),
      ...(status === undefined ? {} : { status }),
      ...(signal === undefined ? {} : { signal }),
    }).all(limit === undefined ? Infinity : wholeNumber('limit', limit, 1, Number.MAX_SAFE_INTEGER));
  };
  return {
    groups: (filters) => list(context, 'model-package-groups', filters),
    create: (group, options) => create(context, group, options),
    register: async (source, options) => (await import('./register.ts')).register(context, source, options),
    versions: async (group, filters) => versions(group, filters),
    latest: async (group, filters = {}) => {
      const [newest] = await versions(group, { ...filters, limit: 1 });
      if (newest !== undefined) return modelPackage(context, newest.name);
      throw new SealabError('InputNotFound', `${group} has no ${filters.status === undefined ? '' : `${filters.status} `}version.`, {
        remedy: `See what there is: \`await lab.registry.versions('${group}')\`.`,
        details: { group, status: filters.status },
      });
    },
    package: (name) => modelPackage(context, name),
    compare: async (group, filters) => {
      const items = await versions(group, { limit: COMPARED, ...filters });
      const compared = await Promise.all(
        items.map(async ({ name, status, createdAt }): Promise<ComparedVersion> => {
          const version = modelPackage(context, name);
          return {
            name,
            version: version.version,
            approval: status as ComparedVersion['approval'],
            createdAt,
            metrics: await version.metrics(),
          };
        }),
      );
      return displayable(compared, () => comparisonView(group, compared));
    },
  };
}

async function create(
  context: LabContext,
  group: string,
  options: NonNullable<Parameters<Registry['create']>[1]> = {},
): Promise<ModelPackageGroup> {
  refuseUnknown('lab.registry.create', options, { description: true, tags: true });
  const { description, tags } = options;
  const { clients } = context;
  const input = {
    ModelPackageGroupName: checkedName(group),
    ...(description === undefined ? {} : { ModelPackageGroupDescription: description }),
    ...tagsOf(tags),
  };
  await submitOnce({
    send: () => clients.sageMaker.send(new CreateModelPackageGroupCommand(input)),
    find: () => clients.sageMaker.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: group })).catch(notThere),
    input,
    signal: endSignal(context),
  });
  return modelPackageGroup(context, group);
}

/** A group by name. Nothing is asked of AWS until it is used. */
export function modelPackageGroup(context: LabContext, name: string): ModelPackageGroup {
  const { clients, environment } = context;
  return {
    kind: 'model-package-groups',
    name,
    describe: () => clients.sageMaker.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: name })),
    delete: async () => {
      await clients.sageMaker.send(new DeleteModelPackageGroupCommand({ ModelPackageGroupName: name }));
    },
    seal: async () => {
      const states = [];
      for await (const version of list(context, 'model-packages', { of: name })) {
        const described = await clients.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName: version.name }));
        states.push(...controlStates('CreateModelPackage', described, environment));
      }
      return sealOf(name, states);
    },
  };
}
