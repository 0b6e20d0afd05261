import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { CodeartifactClient, CreateDomainCommand, CreateRepositoryCommand } from '@aws-sdk/client-codeartifact';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand as CreateImageRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from '@sealab/sdk';
import type { Lab, PreflightFinding } from '@sealab/sdk';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { ACCOUNT, allow, document, ownHome, REGION, startRunningGateway } from '../local/gateway/running-gateway.ts';
import type { RunningGateway } from '../local/gateway/running-gateway.ts';
import { environmentWith } from './environment-fixture.ts';

export const REPOSITORY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/sealab/own`;

/** The way from plain HTTP to the gateway's TLS: a process takes on a certificate authority at its start alone. */
export interface Relay {
  readonly url: string;
  /** Signing name of the service that each request was for. */
  readonly asked: string[];
  close(): void;
}

/** @param socketPath a sandbox's socket, which lies inside its VPC; the host's without one */
export async function relayTo({ platform, ca }: RunningGateway, socketPath?: string): Promise<Relay> {
  const { hostname, port } = new URL(platform.endpointUrl);
  const asked: string[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    asked.push(/Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? '');
    const onward = httpsRequest(
      {
        ...(socketPath === undefined ? { hostname, port } : { socketPath, servername: 'localhost' }),
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
        ca,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const SAGEMAKER = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };

/** What a data scientist of the project may ask and upload. */
export const MAY_ASK = [
  allow([
    'iam:GetRole',
    'iam:SimulatePrincipalPolicy',
    'kms:DescribeKey',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcEndpoints',
    'ecr:DescribeImages',
    's3:ListBucket',
    's3:GetObject',
    's3:PutObject',
    's3:AbortMultipartUpload',
    'sagemaker:ListTrainingJobs',
    'codeartifact:ListPackageVersions',
    'servicequotas:ListServiceQuotas',
  ]),
];

/** A project with a network, keys, buckets with data, an image and a mirror, behind a running gateway. */
export interface PreflightProject {
  readonly gateway: RunningGateway;
  readonly environment: EnvironmentDescription;
  readonly disabledKey: string;
  readonly mayPass: object;
  /** The way of who is not in the VPC. */
  readonly outside: Relay;
  /** A lab that acts with a new role of these rights, which is `as` in the environment document. */
  labAs(statements: readonly object[], name: string, options?: LabOptions): Promise<Lab>;
  stop(): Promise<void>;
}

interface LabOptions {
  readonly change?: Partial<EnvironmentDescription>;
  readonly as?: keyof EnvironmentDescription['roles'];
  readonly relay?: Relay;
}

/** @param endpoints interface endpoints of the VPC, besides the one for S3 */
export async function startPreflightProject(endpoints: readonly string[] = []): Promise<PreflightProject> {
  // Before anything of local/ is imported: paths are read once.
  const home = ownHome();
  const { createSageMakerService } = await import('../../local/gateway/services/sagemaker/service.ts');
  const { createCodeArtifactService } = await import('../../local/gateway/services/codeartifact/service.ts');
  const gateway = await startRunningGateway((platform) => [createSageMakerService(platform), createCodeArtifactService()]);
  const host = await relayTo(gateway);
  const admin = gateway.as(gateway.administrator);
  const [ec2, s3, kms, iam] = [
    new EC2Client(admin),
    new S3Client({ ...admin, forcePathStyle: true }),
    new KMSClient(admin),
    new IAMClient(admin),
  ];
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.1.1.0/28' }))).Subnet?.SubnetId ?? '';
  const group = (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'jobs', Description: 'jobs' }))).GroupId ?? '';
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${REGION}.s3`, VpcEndpointType: 'Gateway' }));
  for (const name of endpoints)
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName: `com.amazonaws.${REGION}.${name}`,
        VpcEndpointType: 'Interface',
        SubnetIds: [subnet],
      }),
    );
  const [storage = '', volume = '', disabledKey = ''] = await Promise.all(
    ['storage', 'volume', 'disabled'].map(
      async (Description) => (await kms.send(new CreateKeyCommand({ Description }))).KeyMetadata?.Arn ?? '',
    ),
  );
  await kms.send(new DisableKeyCommand({ KeyId: disabledKey.split('/')[1] }));
  const jobExecution =
    (
      await iam.send(
        new CreateRoleCommand({ RoleName: 'job-execution', Path: '/sealab/test/', AssumeRolePolicyDocument: document([SAGEMAKER]) }),
      )
    ).Role?.Arn ?? '';
  const base = environmentWith();
  const environment = environmentWith({
    network: { ...base.network, vpcId: VpcId, subnets: [{ id: subnet, availabilityZone: 'eu-west-1a' }], securityGroupIds: [group] },
    keys: { storage, volume },
    roles: { ...base.roles, jobExecution },
    imageRegistries: [...base.imageRegistries, REPOSITORY],
    mirror: { ...base.mirror, domain: 'sealab' },
  });
  const { data, model, artifacts } = environment.buckets;
  for (const Bucket of [data, model, artifacts])
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const encrypted = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: storage };
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'good/rows.csv', Body: 'a,b\n1,2\n', ...encrypted }));
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'open/rows.csv', Body: 'a,b\n1,2\n' }));
  await s3.send(new PutObjectCommand({ Bucket: data, Key: 'empty/', Body: new Uint8Array(), ...encrypted }));
  await s3.send(new PutObjectCommand({ Bucket: model, Key: 'trained/model.tar.gz', Body: 'archive', ...encrypted }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'job-execution',
      PolicyName: 'inline',
      PolicyDocument: document([
        allow(['s3:ListBucket', 's3:GetObject'], [`arn:aws:s3:::${data}`, `arn:aws:s3:::${data}/*`, `arn:aws:s3:::${artifacts}/*`]),
        allow('s3:PutObject', `arn:aws:s3:::${model}/*`),
        allow(['kms:Decrypt', 'kms:GenerateDataKey'], storage, {
          StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` },
        }),
      ]),
    }),
  );
  const ecr = new ECRClient(admin);
  await ecr.send(new CreateImageRepositoryCommand({ repositoryName: 'sealab/own' }));
  await ecr.send(
    new PutImageCommand({
      repositoryName: 'sealab/own',
      imageTag: '1.0',
      imageManifest: JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 1, digest: `sha256:${'a'.repeat(64)}` },
        layers: [],
      }),
    }),
  );
  const mirror = new CodeartifactClient(admin);
  await mirror.send(new CreateDomainCommand({ domain: 'sealab' }));
  await mirror.send(new CreateRepositoryCommand({ domain: 'sealab', repository: environment.mirror.repository }));
  const labs: Lab[] = [];
  return {
    gateway,
    environment,
    disabledKey,
    outside: host,
    mayPass: allow('iam:PassRole', jobExecution, { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
    labAs: async (statements, name, { change = {}, as = 'dataScientist', relay = host } = {}) => {
      const { arn, ...credentials } = await gateway.role(name, statements);
      const lab = await connect({
        environment: { ...environment, ...change, roles: { ...environment.roles, [as]: arn, ...change.roles } },
        credentials,
        endpointUrl: relay.url,
      });
      labs.push(lab);
      return lab;
    },
    stop: async () => {
      for (const lab of labs) lab.close();
      host.close();
      await gateway.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What one check found. */
export const of = (findings: readonly PreflightFinding[], check: string): readonly PreflightFinding[] =>
  findings.filter((one) => one.check === check);
