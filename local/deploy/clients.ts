import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeartifactClient } from '@aws-sdk/client-codeartifact';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { ServiceCatalogClient } from '@aws-sdk/client-service-catalog';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every AWS SDK v3 client takes. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly requestHandler: NodeHttpHandler;
}

/** Client configuration for a process on the host: the endpoint over TCP, its certificate checked against the local CA. */
export function hostClientConfig(options: {
  readonly endpointUrl: string;
  /** The local CA; without it only a plain-HTTP endpoint can be reached. */
  readonly caFile?: string;
  readonly region: string;
  readonly credentials: Credentials;
}): ClientConfig {
  const agent = { keepAlive: true, maxSockets: 32 };
  return {
    endpoint: options.endpointUrl,
    region: options.region,
    credentials: options.credentials,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 60_000,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ...(options.caFile === undefined ? {} : { ca: readFileSync(options.caFile) }) }),
    }),
  };
}

const KINDS = {
  codeartifact: CodeartifactClient,
  ec2: EC2Client,
  iam: IAMClient,
  kms: KMSClient,
  logs: CloudWatchLogsClient,
  s3: S3Client,
  sagemaker: SageMakerClient,
  serviceCatalog: ServiceCatalogClient,
  ssm: SSMClient,
};

export type Clients = { readonly [Kind in keyof typeof KINDS]: InstanceType<(typeof KINDS)[Kind]> };

/** One client per service, made when it is first asked for. */
export function clientsFor(config: ClientConfig): Clients {
  const made = new Map<string, unknown>();
  return new Proxy({} as Clients, {
    get(_target, kind: keyof typeof KINDS) {
      if (!made.has(kind)) made.set(kind, new KINDS[kind](config));
      return made.get(kind);
    },
  });
}
