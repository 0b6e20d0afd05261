import { PROJECT_TAG, SCHEMA_VERSION } from '@sealab/sdk/contract';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { approvedImages } from '../settings/images.ts';
import type { Settings } from '../settings/settings.ts';

/** What only the resources know; may hold tokens. */
export type EnvironmentParts = Pick<
  EnvironmentDescription,
  'network' | 'keys' | 'buckets' | 'roles' | 'mirror' | 'notebookLifecycleConfiguration' | 'partition'
> & {
  /** `amazonaws.com`, or what the partition has instead. */
  readonly urlSuffix: string;
};

/** The environment document of one project. */
export function describeEnvironment(settings: Settings, { urlSuffix, ...parts }: EnvironmentParts): EnvironmentDescription {
  const { account, region, project } = settings;
  const registry = (owner: string) => `${owner}.dkr.ecr.${region}.${urlSuffix}`;
  const images = Object.entries(approvedImages(settings)).map(([name, image]) => ({
    name,
    from: `${registry(image.account)}/${image.repository}`,
    tag: image.tag,
  }));
  const console = `https://${region}.console.aws.amazon.com`;
  return {
    schemaVersion: SCHEMA_VERSION,
    project,
    environmentType: settings.environmentType,
    account,
    region,
    ...parts,
    instanceTypes: settings.instanceTypes,
    imageRegistries: [...new Set(images.map(({ from }) => from)), registry(account)],
    images: Object.fromEntries(images.map(({ name, from, tag }) => [name, `${from}:${tag}`])),
    tags: { ...settings.tags, [PROJECT_TAG]: project },
    endpoints: {},
    links: {
      notebooks: `${console}/sagemaker/home?region=${region}#/notebook-instances`,
      serviceCatalog: `${console}/servicecatalog/home?region=${region}#products`,
    },
  };
}
