import { join } from 'node:path';
import { PROJECT_TAG } from '@sealab/sdk/contract';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import { CfnOutput, Duration, Stack, Tags } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { onlyDeploymentWrites, onlyThroughEndpoint } from '../policies/bucket-policy.ts';
import { storageKeyPolicy, volumeKeyPolicy } from '../policies/key-policies.ts';
import { exportName, NOTEBOOK_EXPORTS } from '../products/notebook-product.ts';
import type { NotebookExport } from '../products/notebook-product.ts';
import { regionFacts } from '../settings/region-facts.ts';
import type { Settings } from '../settings/settings.ts';
import { DnsFirewall } from './dns-firewall.ts';
import { describeEnvironment } from './environment-document.ts';
import { FlowLogs } from './flow-logs.ts';
import { LifecycleConfiguration } from './lifecycle-configuration.ts';
import { Network } from './network.ts';
import { NotebookPortfolio } from './notebook-portfolio.ts';
import { PackageMirror } from './package-mirror.ts';
import { AccessLogBucket, ProjectBucket } from './project-bucket.ts';
import { ProjectKey } from './project-key.ts';
import { ProjectLogGroup } from './project-log-group.ts';
import { ProjectNames } from './project-names.ts';
import { ProjectRoles } from './project-roles.ts';
import { EnvironmentObject, Release } from './release.ts';
import type { ArtifactDeployment } from './release.ts';
import { tagPurpose } from './tag-purpose.ts';
import { VpcEndpoints } from './vpc-endpoints.ts';

const ENVIRONMENT_OBJECT = 'environment.json';

export interface ProjectEnvironmentProps {
  readonly settings: Settings;
  /** `dist/release`, built by `npm run build`. */
  readonly releaseFolder: string;
  /** `lifecycle-scripts`. */
  readonly lifecycleScripts: string;
}

/** Everything that one project has. Wires the parts together; each part is secure by itself. */
export class ProjectEnvironment extends Construct {
  constructor(scope: Construct, id: string, props: ProjectEnvironmentProps) {
    super(scope, id);
    const { settings } = props;
    const { project } = settings;
    Tags.of(this).add(PROJECT_TAG, project);
    for (const [key, value] of Object.entries(settings.tags)) Tags.of(this).add(key, value);

    const names = new ProjectNames(this, settings);
    const keys = {
      storage: new ProjectKey(this, 'StorageKey', { project, purpose: 'storage', statements: storageKeyPolicy(names) }).key,
      volume: new ProjectKey(this, 'VolumeKey', { project, purpose: 'volume', statements: volumeKeyPolicy(names) }).key,
    };
    const network = new Network(this, 'Network', { ...settings.network, s3PrefixList: regionFacts(settings.region).s3PrefixList });
    const endpoints = new VpcEndpoints(this, 'Endpoints', network);
    new DnsFirewall(this, 'DnsFirewall', { project, region: settings.region, vpc: network.vpc });
    const buckets = this.buckets(settings, keys.storage);
    const mirror = new PackageMirror(this, 'Mirror', { project, key: keys.storage });

    const environment = this.describe(settings, names, network, keys, buckets, mirror);
    const described = names.with(environment, buckets);
    endpoints.limit(described);
    for (const bucket of [buckets.data, buckets.model, buckets.artifacts]) {
      for (const statement of onlyThroughEndpoint(described, bucket.bucketArn, endpoints.s3.vpcEndpointId))
        bucket.addToResourcePolicy(statement);
    }
    for (const statement of onlyDeploymentWrites(described, buckets.artifacts.bucketArn, ['release/*', ENVIRONMENT_OBJECT])) {
      buckets.artifacts.addToResourcePolicy(statement);
    }

    const roles = new ProjectRoles(this, 'Roles', described, {
      endpointIds: [endpoints.idOf('sagemaker.api'), endpoints.idOf('notebook')],
    });
    new FlowLogs(this, 'FlowLogs', {
      project,
      vpc: network.vpc,
      key: keys.storage,
      role: roles.of('flow-log').withoutPolicyUpdates(),
      retentionDays: settings.logRetentionDays,
    });
    this.publish(props, environment, { bucket: buckets.artifacts, key: keys.storage, role: roles.of('deployment').withoutPolicyUpdates() });
    this.offerNotebooks(settings, environment, roles);
  }

  private buckets(settings: Settings, key: IKey) {
    const logs = new AccessLogBucket(this, 'LogsBucket', { retention: Duration.days(settings.logRetentionDays) }).bucket;
    const bucket = (id: string, purpose: 'data' | 'model' | 'artifacts') =>
      new ProjectBucket(this, id, { purpose, key, accessLogs: logs }).bucket;
    return {
      data: bucket('DataBucket', 'data'),
      model: bucket('ModelBucket', 'model'),
      artifacts: bucket('ArtifactsBucket', 'artifacts'),
      logs,
    };
  }

  private describe(
    settings: Settings,
    names: ProjectNames,
    network: Network,
    keys: Readonly<Record<'storage' | 'volume', IKey>>,
    buckets: Readonly<Record<keyof EnvironmentDescription['buckets'], IBucket>>,
    mirror: PackageMirror,
  ): EnvironmentDescription {
    const { partition, urlSuffix } = Stack.of(this);
    return describeEnvironment(settings, {
      partition,
      urlSuffix,
      network: {
        vpcId: network.vpc.vpcId,
        subnets: network.subnets.map(({ subnetId, availabilityZone }) => ({ id: subnetId, availabilityZone })),
        securityGroupIds: [network.workload.securityGroupId],
        connectedAllowed: settings.network.connectedAllowed,
      },
      keys: { storage: keys.storage.keyArn, volume: keys.volume.keyArn },
      buckets: {
        data: buckets.data.bucketName,
        model: buckets.model.bucketName,
        artifacts: buckets.artifacts.bucketName,
        logs: buckets.logs.bucketName,
      },
      roles: {
        dataScientist: names.roleArn('data-scientist'),
        jobExecution: names.roleArn('job-execution'),
        pipelineExecution: names.roleArn('pipeline-execution'),
        endpointHosting: names.roleArn('endpoint-hosting'),
        endpointCreation: names.roleArn('endpoint-creation'),
        endpointInvocation: names.roleArn('endpoint-invocation'),
        modelApproval: names.roleArn('model-approval'),
        notebookExecution: names.roleArn('notebook-execution'),
      },
      mirror: { kind: 'codeartifact', domain: mirror.domain, domainOwner: settings.account, repository: mirror.repository },
      notebookLifecycleConfiguration: `sealab-${settings.project}`,
    });
  }

  /** What notebooks start from: the release, the environment document at its two places, and the scripts that fetch both. */
  private publish(
    props: ProjectEnvironmentProps,
    environment: EnvironmentDescription,
    artifacts: Omit<ArtifactDeployment, 'logGroup'>,
  ): void {
    const { project, logRetentionDays } = props.settings;
    const { logGroup } = new ProjectLogGroup(this, 'DeploymentLogs', {
      project,
      purpose: 'deployment',
      key: artifacts.key,
      retentionDays: logRetentionDays,
    });
    const deployment = { ...artifacts, logGroup };
    const release = new Release(this, 'Release', { ...deployment, folder: props.releaseFolder });
    new EnvironmentObject(this, 'EnvironmentObject', { ...deployment, name: ENVIRONMENT_OBJECT, document: environment });

    const parameter = tagPurpose(
      new StringParameter(this, 'EnvironmentParameter', {
        parameterName: `/sealab/${project}/environment`,
        description: `Sealab ${project}: the environment document`,
        tier: ParameterTier.ADVANCED,
        stringValue: Stack.of(this).toJsonString(environment),
      }),
      'environment',
    );
    new LifecycleConfiguration(this, 'NotebookLifecycle', {
      name: environment.notebookLifecycleConfiguration,
      scripts: join(props.lifecycleScripts, 'notebook'),
      variables: {
        SEALAB_ENVIRONMENT_PARAMETER: parameter.parameterName,
        SEALAB_RELEASE_URI: release.uri,
        SEALAB_STORAGE_KEY: environment.keys.storage,
      },
    });
  }

  private offerNotebooks(settings: Settings, environment: EnvironmentDescription, roles: ProjectRoles): void {
    const { project, environmentType, instanceTypes, tags } = settings;
    const [subnet] = environment.network.subnets;
    const [securityGroup] = environment.network.securityGroupIds;
    const values: Readonly<Record<NotebookExport, string>> = {
      subnet: subnet?.id ?? '',
      'security-group': securityGroup ?? '',
      'volume-key': environment.keys.volume,
      'notebook-role': roles.of('notebook-execution').roleArn,
      lifecycle: environment.notebookLifecycleConfiguration,
    };
    for (const name of NOTEBOOK_EXPORTS) {
      new CfnOutput(this, `Notebook-${name}`, {
        value: values[name],
        exportName: exportName(project, name),
        description: `The notebook product reads it (${name})`,
      });
    }
    new NotebookPortfolio(this, 'Portfolio', {
      project,
      environmentType,
      instanceTypes: instanceTypes.notebook,
      tags,
      users: [roles.of('data-scientist'), roles.of('project-administrator')],
      launchRole: roles.of('launch'),
    });
  }
}
