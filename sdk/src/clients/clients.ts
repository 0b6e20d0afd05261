import { Agent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { Clients } from './api.ts';
import type { CredentialProvider } from './credentials.ts';
import { secure } from './guard.ts';
import type { AwsClient, GuardedService } from './guard.ts';

/** What clients are made from: the environment, whose credentials, and one endpoint URL for all where there is one. */
export interface ClientOptions {
  readonly environment: EnvironmentDescription;
  readonly credentials: CredentialProvider;
  readonly endpointUrl?: string | undefined;
}

/** Name of a service in `AWS_ENDPOINT_URL_<name>` and in `endpoints` of the document. */
const SERVICE_IDS: Readonly<Record<GuardedService, string>> = {
  sagemaker: 'SageMaker',
  s3: 'S3',
  'sagemaker-runtime': 'SageMaker Runtime',
  'sagemaker-featurestore-runtime': 'SageMaker FeatureStore Runtime',
  logs: 'CloudWatch Logs',
  kms: 'KMS',
  ec2: 'EC2',
  sts: 'STS',
  iam: 'IAM',
  ecr: 'ECR',
  'service-quotas': 'Service Quotas',
  codeartifact: 'codeartifact',
};

/** An explicit URL, the variables that every AWS SDK reads, the document; the Region's standard endpoint without any. */
function endpointOf(service: GuardedService, { endpointUrl, environment }: ClientOptions): string | undefined {
  const variable = `AWS_ENDPOINT_URL_${SERVICE_IDS[service].toUpperCase().replaceAll(' ', '_')}`;
  return endpointUrl ?? process.env[variable] ?? process.env['AWS_ENDPOINT_URL'] ?? environment.endpoints[service];
}

/**
 * The settings of one client. Everything is given, so that no configuration file is read before the first request.
 *
 * @param httpsAgent the connections of all clients: one endpoint for several services is connected to once
 */
function settings(service: GuardedService, options: ClientOptions, httpsAgent: Agent) {
  const endpoint = endpointOf(service, options);
  return {
    region: options.environment.region,
    credentials: options.credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 4,
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    requestHandler: { httpsAgent, connectionTimeout: 5_000, requestTimeout: 60_000 },
    userAgentAppId: 'sealab',
    authSchemePreference: [] as string[],
  };
}

/** Clients with the secure middleware, each made when first asked for; the code of those that no submission needs is loaded then. */
export function createClients(options: ClientOptions): Clients {
  const { environment } = options;
  const httpsAgent = new Agent({ keepAlive: true, maxSockets: 50 });
  const open: { destroy(): void }[] = [];
  const ready = <C extends AwsClient & { destroy(): void }>(service: GuardedService, client: C): C => {
    open.push(client);
    return secure(client, service, environment, options.credentials);
  };
  const once = <C>(load: () => C): (() => C) => {
    let client: C | undefined;
    return () => (client ??= load());
  };
  const of = (service: GuardedService) => settings(service, options, httpsAgent);
  const sageMaker = once(() => ready('sagemaker', new SageMakerClient(of('sagemaker'))));
  const s3 = once(() =>
    ready('s3', new S3Client({ ...of('s3'), requestHandler: { httpsAgent, connectionTimeout: 5_000, requestTimeout: 600_000 } })),
  );
  return {
    get sageMaker() {
      return sageMaker();
    },
    get s3() {
      return s3();
    },
    sageMakerRuntime: once(async () => {
      const { SageMakerRuntimeClient } = await import('./sagemaker-runtime.ts');
      return ready(
        'sagemaker-runtime',
        new SageMakerRuntimeClient({
          ...of('sagemaker-runtime'),
          maxAttempts: 2,
          requestHandler: { httpsAgent, connectionTimeout: 5_000, requestTimeout: 75_000 },
        }),
      );
    }),
    featureStoreRuntime: once(async () => {
      const { SageMakerFeatureStoreRuntimeClient } = await import('./featurestore-runtime.ts');
      return ready('sagemaker-featurestore-runtime', new SageMakerFeatureStoreRuntimeClient(of('sagemaker-featurestore-runtime')));
    }),
    logs: once(async () => {
      const { CloudWatchLogsClient } = await import('./logs.ts');
      return ready('logs', new CloudWatchLogsClient(of('logs')));
    }),
    kms: once(async () => {
      const { KMSClient } = await import('./kms.ts');
      return ready('kms', new KMSClient(of('kms')));
    }),
    ec2: once(async () => {
      const { EC2Client } = await import('./ec2.ts');
      return ready('ec2', new EC2Client(of('ec2')));
    }),
    sts: once(async () => {
      const { STSClient } = await import('./sts.ts');
      return ready('sts', new STSClient(of('sts')));
    }),
    iam: once(async () => {
      const { IAMClient } = await import('./iam.ts');
      return ready('iam', new IAMClient(of('iam')));
    }),
    ecr: once(async () => {
      const { ECRClient } = await import('./ecr.ts');
      return ready('ecr', new ECRClient(of('ecr')));
    }),
    serviceQuotas: once(async () => {
      const { ServiceQuotasClient } = await import('./service-quotas.ts');
      return ready('service-quotas', new ServiceQuotasClient(of('service-quotas')));
    }),
    codeArtifact: once(async () => {
      const { CodeartifactClient } = await import('./codeartifact.ts');
      return ready('codeartifact', new CodeartifactClient(of('codeartifact')));
    }),
    destroy: () => {
      for (const client of open) client.destroy();
    },
  };
}
