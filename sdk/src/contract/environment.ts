import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/** Generation of the document. A reader refuses any other value. */
export const SCHEMA_VERSION = '1.0';

/** Where the document is looked for, in this order, after `$SEALAB_ENVIRONMENT`. `~` is the caller's home. */
export const ENVIRONMENT_PATHS = ['/etc/sealab/environment.json', '~/.config/sealab/environment.json'] as const;
export const ENVIRONMENT_VARIABLE = 'SEALAB_ENVIRONMENT';

// zod/mini comes without messages of its own.
z.config(en());

const text = z.string().check(z.minLength(1));
const matching = (pattern: RegExp, message?: string) => z.string().check(z.regex(pattern, message));
const some = <Item extends z.ZodMiniType>(item: Item) => z.array(item).check(z.minLength(1));
const arn = (service: string, resource: string, what: string) =>
  matching(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`), `must be ${what}`);

const keyArn = arn('kms', 'key/[A-Za-z0-9-]+', 'the ARN of a KMS key, never an id or an alias');
const roleArn = arn('iam', 'role/[\\w+=,.@/-]+', 'the ARN of an IAM role');
const bucket = matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket');
const instanceType = matching(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'must be a SageMaker instance type such as ml.m5.large');
const url = z.url();

/** Role purposes; each deployed role carries the tag `sealab:purpose` with one of these. */
export const ROLE_PURPOSES = [
  'data-scientist',
  'notebook-execution',
  'job-execution',
  'pipeline-execution',
  'endpoint-creation',
  'endpoint-hosting',
  'endpoint-invocation',
  'model-approval',
  'notebook-creation',
  'launch',
  'environment-launch',
  'project-administrator',
] as const;
export type RolePurpose = (typeof ROLE_PURPOSES)[number];

/** The tag that says what a role, key, bucket, subnet, security group, parameter or product is for. */
export const PURPOSE_TAG = 'sealab:purpose';
/** The tag that says which project a resource belongs to. */
export const PROJECT_TAG = 'sealab:project';
/** The tag that names the owner of a notebook: the session or user name that may open it. */
export const OWNER_TAG = 'sealab:owner';

/**
 * What a notebook, a job and a person need to know about one project environment. `infra` writes one instance per
 * project (an SSM parameter and an object in the artifacts bucket); everybody else reads it. Nothing in it is secret.
 */
export const EnvironmentDescription = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Short name of the project; part of role paths and bucket names. */
  project: matching(/^[a-z][a-z0-9-]{1,19}$/, 'must be 2 to 20 lower-case letters, digits or hyphens'),
  environmentType: z.enum(['development', 'staging', 'production']),
  account: matching(/^\d{12}$/, 'must be an AWS account id'),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS Region'),
  partition: matching(/^aws(-[a-z]+)*$/, 'must be an AWS partition'),
  network: z.strictObject({
    vpcId: matching(/^vpc-[0-9a-f]+$/),
    subnets: some(z.strictObject({ id: matching(/^subnet-[0-9a-f]+$/), availabilityZone: text })).check(z.maxLength(16)),
    /** Security groups of jobs, models and notebooks: out to the VPC endpoints on 443, nothing in. */
    securityGroupIds: some(matching(/^sg-[0-9a-f]+$/)).check(z.maxLength(5)),
    /** `true`: a job may ask for the VPC network (packages from the mirror) instead of no network at all. */
    connectedAllowed: z.boolean(),
  }),
  /** Key ARNs by purpose. `storage`: S3 objects, logs, parameters. `volume`: EBS volumes of jobs, endpoints, notebooks. */
  keys: z.strictObject({ storage: keyArn, volume: keyArn }),
  /** `data`: inputs. `model`: job outputs and models. `artifacts`: wheels, scripts, code of jobs. `logs`: access logs. */
  buckets: z.strictObject({ data: bucket, model: bucket, artifacts: bucket, logs: bucket }),
  roles: z.strictObject({
    dataScientist: roleArn,
    jobExecution: roleArn,
    pipelineExecution: roleArn,
    endpointHosting: roleArn,
    endpointCreation: roleArn,
    endpointInvocation: roleArn,
    modelApproval: roleArn,
    notebookExecution: roleArn,
  }),
  /**
   * The approved package mirror. Its index URLs are asked for at run time (`codeartifact:GetRepositoryEndpoint`), because
   * the platform decides them and their tokens expire.
   */
  mirror: z.strictObject({
    kind: z.literal('codeartifact'),
    domain: matching(/^[a-z][a-z0-9-]{0,48}[a-z0-9]$/),
    domainOwner: matching(/^\d{12}$/),
    /** Repository of approved packages: Python and npm formats. */
    repository: matching(/^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/),
  }),
  instanceTypes: z.strictObject({
    training: some(instanceType),
    processing: some(instanceType),
    hosting: some(instanceType),
    notebook: some(instanceType),
  }),
  /** Registries (host, optionally with a path) that images may come from. */
  imageRegistries: some(text),
  /** Image URI of each approved framework, by the name that users write: `scikit-learn`. */
  images: z.record(z.string(), z.string()),
  /** Name of the notebook lifecycle configuration that every notebook must use. */
  notebookLifecycleConfiguration: text,
  /** Put on everything that the SDK creates. */
  tags: z.record(z.string(), z.string()),
  /** Endpoint URLs by AWS SDK service id (`sagemaker`, `s3` …) where they are not the standard ones. */
  endpoints: z.record(z.string(), url),
  links: z.record(z.string(), url),
});

export type EnvironmentDescription = z.infer<typeof EnvironmentDescription>;

/** The JSON Schema (draft 2020-12) of the document, for readers in other languages. */
export function environmentJsonSchema(): object {
  return z.toJSONSchema(EnvironmentDescription);
}
