import { PROJECT_TAG, SCHEMA_VERSION } from '@sealab/sdk/contract';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { regionFacts, SCIKIT_LEARN_IMAGE } from '../settings/region-facts.ts';
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
  const scikitLearn = `${registry(regionFacts(region).scikitLearnAccount)}/${SCIKIT_LEARN_IMAGE.repository}`;
  const console = `https://${region}.console.aws.amazon.com`;
  return {
    schemaVersion: SCHEMA_VERSION,
    project,
    environmentType: settings.environmentType,
    account,
    region,
    ...parts,
    instanceTypes: settings.instanceTypes,
    imageRegistries: [scikitLearn, registry(account)],
    images: { 'scikit-learn': `${scikitLearn}:${SCIKIT_LEARN_IMAGE.tag}` },
    tags: { ...settings.tags, [PROJECT_TAG]: project },
    endpoints: {},
    links: {
      notebooks: `${console}/sagemaker/home?region=${region}#/notebook-instances`,
      serviceCatalog: `${console}/servicecatalog/home?region=${region}#products`,
    },
  };
}
