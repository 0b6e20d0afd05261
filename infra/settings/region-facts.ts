/**
 * What differs between Regions and cannot be asked for in a template: accounts of AWS that service images and package
 * stores live in, and the prefix list of S3. A Region that is missing here is refused by name when sealab.yaml is read.
 */

interface RegionFacts {
  /** Account whose registry holds SageMaker's scikit-learn image (SageMaker Python SDK, image_uri_config/sklearn.json). */
  readonly scikitLearnAccount: string;
  /** Account in the name of the bucket that CodeArtifact keeps npm assets in (CodeArtifact guide, "Create the Amazon S3 gateway endpoint"). */
  readonly codeArtifactAccount: string;
  /** The Region's managed prefix list of S3 (EC2, DescribePrefixLists): a security group names S3 by it. */
  readonly s3PrefixList: string;
}

/** Version and tag of the scikit-learn image: its Python and scikit-learn are what the image's name says. */
export const SCIKIT_LEARN_IMAGE = { repository: 'sagemaker-scikit-learn', tag: '1.2-1-cpu-py3' } as const;

/** Regions that have SageMaker's scikit-learn image and CodeArtifact. */
export const REGION_FACTS: Readonly<Record<string, RegionFacts>> = {
  'us-east-1': { scikitLearnAccount: '683313688378', codeArtifactAccount: '193858265520', s3PrefixList: 'pl-63a5400a' },
  'us-east-2': { scikitLearnAccount: '257758044811', codeArtifactAccount: '250872398865', s3PrefixList: 'pl-7ba54012' },
  'us-west-2': { scikitLearnAccount: '246618743249', codeArtifactAccount: '787052242323', s3PrefixList: 'pl-68a54001' },
  'eu-west-1': { scikitLearnAccount: '141502667606', codeArtifactAccount: '438097961670', s3PrefixList: 'pl-6da54004' },
  'eu-west-2': { scikitLearnAccount: '764974769150', codeArtifactAccount: '247805302724', s3PrefixList: 'pl-7ca54015' },
  'eu-west-3': { scikitLearnAccount: '659782779980', codeArtifactAccount: '762466490029', s3PrefixList: 'pl-23ad484a' },
  'eu-north-1': { scikitLearnAccount: '662702820516', codeArtifactAccount: '611884512288', s3PrefixList: 'pl-c3aa4faa' },
  'eu-central-1': { scikitLearnAccount: '492215442770', codeArtifactAccount: '769407342218', s3PrefixList: 'pl-6ea54007' },
  'ap-northeast-1': { scikitLearnAccount: '354813040037', codeArtifactAccount: '660291247815', s3PrefixList: 'pl-61a54008' },
};

/** @throws RangeError for a Region without an entry; the reader of sealab.yaml refuses such a Region first. */
export function regionFacts(region: string): RegionFacts {
  const facts = REGION_FACTS[region];
  if (facts === undefined) throw new RangeError(`No facts are known about the Region ${region}.`);
  return facts;
}
