import { PIPELINE_DEFINING, SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { isExpired } from '../waiting/transient.ts';
import type { CredentialProvider } from './credentials.ts';
import { explainDenial, fillSecureFields, guardS3, isDenial } from '../secure/index.ts';

/** Services that the SDK has clients for. */
export type GuardedService =
  | 'sagemaker'
  | 's3'
  | 'sagemaker-runtime'
  | 'sagemaker-featurestore-runtime'
  | 'logs'
  | 'kms'
  | 'ec2'
  | 'sts'
  | 'iam'
  | 'ecr'
  | 'service-quotas'
  | 'codeartifact';

/** What the clients of services without rows in the contract may send: reading, and invoking an endpoint. */
const ALLOWED: Readonly<Record<Exclude<GuardedService, 'sagemaker' | 's3'>, RegExp>> = {
  'sagemaker-runtime': /^InvokeEndpoint(Async|WithResponseStream)?$/,
  /** Records go into stores whose keys and locations were decided when their group was made. */
  'sagemaker-featurestore-runtime': /^(PutRecord|GetRecord|BatchGetRecord|DeleteRecord)$/,
  logs: /^(Describe|Get|Filter|List|StartQuery|StopQuery)/,
  kms: /^(Describe|List|Get)/,
  ec2: /^Describe/,
  sts: /^(GetCallerIdentity|AssumeRole)$/,
  iam: /^(GetRole|SimulatePrincipalPolicy)$/,
  ecr: /^DescribeImages$/,
  'service-quotas': /^ListServiceQuotas$/,
  codeartifact: /^ListPackageVersions$/,
};

/** What the steps of a pipeline do stands in its definition: the rules reach into it. Loaded with the first pipeline. */
const DEFINES_PIPELINE: ReadonlySet<string> = new Set(PIPELINE_DEFINING);

/** The request as it may be sent, but for the definitions of pipelines. Throws for what may not. */
export function guard(service: GuardedService, operation: string, input: object, environment: EnvironmentDescription): object {
  if (service === 'sagemaker') return fillSecureFields(operation, input, environment).input;
  if (service === 's3') return guardS3(operation, input, environment).input;
  if (ALLOWED[service].test(operation)) return input;
  throw new SealabError(
    'OperationNotCovered',
    `${service} ${operation} is not covered by the contract, so it may not be sent from this environment.`,
    { details: { operation, service } },
  );
}

/** The structural part of an AWS SDK v3 client that the middleware needs: any version of the client will do. */
export interface AwsClient {
  readonly middlewareStack: {
    /** Takes a middleware into the step where input is still as the caller gave it. */
    add(middleware: never, options: { step: 'initialize'; name: string; priority: 'high'; override: true }): void;
  };
}

interface Arguments {
  readonly input: object;
}
type Next = (args: Arguments) => Promise<unknown>;

/**
 * Makes an AWS SDK v3 client send what the contract wants, whatever command it is given: security fields are filled,
 * conflicts and unknown operations are refused before anything is sent, and denials are explained.
 *
 * @param credentials what the client signs with: renewed once when AWS says that they have ended
 * @example secure(new SageMakerClient({ region }), 'sagemaker', loadEnvironment())
 */
export function secure<C extends AwsClient>(
  client: C,
  service: GuardedService,
  environment: EnvironmentDescription,
  credentials?: CredentialProvider,
): C {
  const middleware = (next: Next, context: { readonly commandName?: string }) => async (args: Arguments) => {
    const operation = (context.commandName ?? 'Unknown').replace(/Command$/, '');
    const input =
      service === 'sagemaker' && DEFINES_PIPELINE.has(operation)
        ? (await import('../secure/pipeline.ts')).securePipelineRequest(operation, args.input, environment).input
        : guard(service, operation, args.input, environment);
    try {
      return await withFreshCredentials(() => next({ ...args, input }), input, credentials);
    } catch (error) {
      throw translated(error, service, operation, input, environment);
    }
  };
  client.middlewareStack.add(middleware as never, { step: 'initialize', name: 'sealabSecureFields', priority: 'high', override: true });
  return client;
}

/**
 * Sends once more where AWS refused the credentials as ended and newer ones are to be had: nothing was carried out. A
 * body that is a stream may have been read already.
 */
async function withFreshCredentials<T>(send: () => Promise<T>, input: object, credentials: CredentialProvider | undefined): Promise<T> {
  if (credentials?.renew === undefined) return send();
  const before = await credentials();
  try {
    return await send();
  } catch (error) {
    const { Body } = input as { Body?: unknown };
    if (!isExpired(error) || (typeof Body === 'object' && !(Body instanceof Uint8Array))) throw error;
    // Others may have renewed them in the meantime.
    if ((await credentials()).accessKeyId === before.accessKeyId) credentials.renew();
    const { accessKeyId, sessionToken } = await credentials();
    if (accessKeyId === before.accessKeyId && sessionToken === before.sessionToken) throw error;
    return send();
  }
}

/** How IAM's actions of a service begin. */
const iamPrefix = (service: GuardedService): string =>
  service === 'service-quotas' ? 'servicequotas' : service.startsWith('sagemaker') ? 'sagemaker' : service;

function translated(
  error: unknown,
  service: GuardedService,
  operation: string,
  input: object,
  environment: EnvironmentDescription,
): unknown {
  if (error instanceof SealabError) return error;
  const { name, message } = error as Error;
  if (name === 'OperationNotEmulated') return new SealabError('OperationNotEmulated', message, { details: { operation }, cause: error });
  if (!isDenial(error)) return error;
  const prefix = iamPrefix(service);
  const why = explainDenial(error, operation, input, environment, prefix);
  return new SealabError('AccessDenied', `${operation} was refused. ${why.text}`, {
    remedy: why.line,
    details: {
      operation,
      service: prefix,
      action: why.action,
      resource: why.resource,
      wall: why.wall,
      field: why.field,
      wanted: why.wanted,
      control: why.control?.id,
      message,
    },
    cause: error,
  });
}
