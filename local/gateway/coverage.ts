/**
 * What the gateway lets through to moto. moto answers many operations without doing anything (CloudFormation says
 * CREATE_COMPLETE, SageMaker jobs are complete at birth), so only what was checked to be true is listed. `true`: all
 * operations that moto implements.
 */
interface Service {
  /** botocore's names of the models behind one signing name; the first is the main one. */
  readonly models: readonly string[];
  readonly moto: true | readonly string[];
  /** Names of the service in `com.amazonaws.<region>.<name>` VPC endpoints, by model. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/**
 * S3 operations are told apart by their query string; moto takes one that it does not know for a plain read or write of
 * the bucket or object. So these are named one by one.
 */
const S3 = [
  ...[
    'ListBuckets',
    'CreateBucket',
    'DeleteBucket',
    'HeadBucket',
    'GetBucketLocation',
    'ListObjects',
    'ListObjectsV2',
    'ListObjectVersions',
  ],
  ...['PutObject', 'GetObject', 'HeadObject', 'CopyObject', 'DeleteObject', 'DeleteObjects', 'GetObjectAttributes'],
  ...[
    'CreateMultipartUpload',
    'UploadPart',
    'UploadPartCopy',
    'CompleteMultipartUpload',
    'AbortMultipartUpload',
    'ListParts',
    'ListMultipartUploads',
  ],
  ...[
    'GetObjectTagging',
    'PutObjectTagging',
    'DeleteObjectTagging',
    'GetObjectAcl',
    'PutObjectAcl',
    'GetObjectRetention',
    'PutObjectRetention',
  ],
  ...['GetObjectLegalHold', 'PutObjectLegalHold', 'GetObjectLockConfiguration', 'PutObjectLockConfiguration'],
  ...['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy', 'GetBucketPolicyStatus', 'GetBucketAcl', 'PutBucketAcl'],
  ...['GetBucketCors', 'PutBucketCors', 'DeleteBucketCors', 'GetBucketEncryption', 'PutBucketEncryption', 'DeleteBucketEncryption'],
  ...[
    'GetBucketLifecycleConfiguration',
    'PutBucketLifecycleConfiguration',
    'DeleteBucketLifecycle',
    'GetBucketLogging',
    'PutBucketLogging',
  ],
  ...['GetBucketNotificationConfiguration', 'PutBucketNotificationConfiguration', 'GetBucketVersioning', 'PutBucketVersioning'],
  ...['GetBucketOwnershipControls', 'PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'],
  ...[
    'GetPublicAccessBlock',
    'PutPublicAccessBlock',
    'DeletePublicAccessBlock',
    'GetBucketTagging',
    'PutBucketTagging',
    'DeleteBucketTagging',
  ],
  ...[
    'GetBucketReplication',
    'PutBucketReplication',
    'DeleteBucketReplication',
    'GetBucketWebsite',
    'PutBucketWebsite',
    'DeleteBucketWebsite',
  ],
  ...['GetBucketAccelerateConfiguration', 'PutBucketAccelerateConfiguration'],
];

const whole = (model: string, endpoint: string = model): Service => ({ models: [model], moto: true, endpoints: { [model]: endpoint } });

/** By signing name. A service that is missing is refused. */
export const SERVICES: Readonly<Record<string, Service>> = {
  s3: { ...whole('s3'), moto: S3 },
  iam: whole('iam'),
  kms: whole('kms'),
  ec2: whole('ec2'),
  logs: whole('logs'),
  ssm: {
    ...whole('ssm'),
    moto: [
      'PutParameter',
      'GetParameter',
      'GetParameters',
      'GetParametersByPath',
      'GetParameterHistory',
      'DeleteParameter',
      'DeleteParameters',
      'DescribeParameters',
      'AddTagsToResource',
      'RemoveTagsFromResource',
      'ListTagsForResource',
      'LabelParameterVersion',
    ],
  },
  secretsmanager: whole('secretsmanager'),
  sns: whole('sns'),
  sqs: whole('sqs'),
  events: whole('events'),
  monitoring: whole('cloudwatch', 'monitoring'),
  cloudtrail: whole('cloudtrail'),
  ecr: whole('ecr', 'ecr.api'),
  route53resolver: whole('route53resolver'),
  tagging: whole('resourcegroupstaggingapi', 'tagging'),
  sts: { models: ['sts'], moto: [], endpoints: { sts: 'sts' } },
  sagemaker: {
    models: ['sagemaker', 'sagemaker-runtime', 'sagemaker-metrics', 'sagemaker-featurestore-runtime'],
    moto: [],
    endpoints: {
      sagemaker: 'sagemaker.api',
      'sagemaker-runtime': 'sagemaker.runtime',
      'sagemaker-metrics': 'sagemaker.metrics',
      'sagemaker-featurestore-runtime': 'sagemaker.featurestore-runtime',
    },
  },
  servicecatalog: { models: ['servicecatalog'], moto: [], endpoints: { servicecatalog: 'servicecatalog' } },
  codeartifact: { models: ['codeartifact'], moto: [], endpoints: { codeartifact: 'codeartifact.api' } },
  cloudformation: { models: ['cloudformation'], moto: [], endpoints: { cloudformation: 'cloudformation' } },
};

/** Services whose requests are signed for us-east-1 by clients that know them to be global. */
export const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'sts', 'organizations', 'route53']);

export const passesToMoto = (service: string, operation: string): boolean => {
  const moto = SERVICES[service]?.moto ?? [];
  return moto === true || moto.includes(operation);
};
