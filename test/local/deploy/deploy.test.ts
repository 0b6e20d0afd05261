import { DescribeSecurityGroupsCommand, DescribeVpcAttributeCommand, DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import { GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, ListAliasesCommand } from '@aws-sdk/client-kms';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { DeleteParameterCommand, GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clients, clientsFor } from '../../../local/deploy/clients.ts';
import type { DeployProgress } from '../../../local/deploy/deployment.ts';
import { deleteStack, deployTemplate, type TemplateOptions } from '../../../local/deploy/stack.ts';
import type { StackState } from '../../../local/deploy/state.ts';
import { type Moto, startMoto, TARGET } from './moto.ts';

const environment = JSON.parse(readFileSync(new URL('../../cases/templates/environment.json', import.meta.url), 'utf8')) as {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
};
type Template = typeof environment;

let moto: Moto;
let aws: Clients;
let events: DeployProgress[] = [];
const actions = (): string[] =>
  events.filter(({ phase, action }) => phase === 'done' && action !== 'unchanged').map(({ logicalId, action }) => `${action} ${logicalId}`);
const deploy = async (template: unknown, options: Partial<TemplateOptions> = {}) => {
  events = [];
  return await deployTemplate({
    ...TARGET,
    name: 'lab',
    client: moto.client,
    stateFolder: join(moto.folder, 'deploy'),
    template,
    onProgress: (event) => events.push(event),
    ...options,
  });
};
const state = (name = 'lab'): StackState => JSON.parse(readFileSync(join(moto.folder, 'deploy', `${name}.json`), 'utf8')) as StackState;
const id = (logicalId: string): string => state().resources[logicalId]?.physicalId ?? '';
const changed = (change: (template: Template) => void): Template => {
  const copy = structuredClone(environment);
  change(copy);
  return copy;
};

beforeAll(async () => {
  moto = await startMoto();
  aws = clientsFor(moto.client);
}, 30_000);
afterAll(async () => await moto.stop());

describe('deploying a template', () => {
  it('creates everything in order and gives outputs', async () => {
    const stack = await deploy(environment, { tags: { project: 'lab' } });
    expect(stack.actions).toEqual({ create: Object.keys(environment.Resources).length - 1, 'not-emulated': 1 });
    expect(stack.outputs).toEqual({
      Vpc: { value: id('Vpc'), exportName: 'lab-vpc' },
      KeyArn: { value: expect.stringMatching(/^arn:aws:kms:eu-west-1:111122223333:key\//) as unknown, description: 'The key' },
    });
    const started = (logicalId: string) => events.findIndex((event) => event.logicalId === logicalId && event.phase === 'start');
    const done = (logicalId: string) => events.findIndex((event) => event.logicalId === logicalId && event.phase === 'done');
    expect(done('Vpc')).toBeLessThan(started('Group'));
    expect(done('Boundary')).toBeLessThan(started('Role'));
    expect(events.at(-1)).toMatchObject({
      finished: Object.keys(environment.Resources).length,
      total: Object.keys(environment.Resources).length,
    });
  });

  it('makes buckets as the template says: encryption, versions, public access, lifecycle, logging, tags, policy', async () => {
    const Bucket = id('Data');
    const encryption = await aws.s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
      BucketKeyEnabled: true,
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: state().resources['Key']?.attributes['Arn'] },
    });
    expect((await aws.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    expect((await aws.s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const { Rules } = await aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.[0]).toMatchObject({
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    });
    expect((await aws.s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toMatchObject({
      TargetBucket: id('Logs'),
      TargetPrefix: 'data/',
    });
    expect((await aws.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([
      { Key: 'sealab:purpose', Value: 'data' },
      { Key: 'project', Value: 'lab' },
    ]);
    const policy = JSON.parse((await aws.s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '') as unknown;
    expect(policy).toMatchObject({
      Statement: [
        { Sid: 'TlsOnly', Effect: 'Deny', Resource: `arn:aws:s3:::${Bucket}/*`, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
  });

  it('makes roles with trust, boundary, inline and managed policies, tags and path', async () => {
    const RoleName = 'lab-job';
    const { Role } = await aws.iam.send(new GetRoleCommand({ RoleName }));
    expect(Role).toMatchObject({
      Path: '/sealab/lab/',
      MaxSessionDuration: 7200,
      PermissionsBoundary: { PermissionsBoundaryArn: id('Boundary') },
    });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Statement: [{ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }],
    });
    expect(Role?.Tags).toContainEqual({ Key: 'sealab:purpose', Value: 'job-execution' });
    const attached = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([id('Boundary')]);
    const inline = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'own' }));
    expect(JSON.parse(decodeURIComponent(inline.PolicyDocument ?? ''))).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
    const separate = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'deny' }));
    expect(JSON.parse(decodeURIComponent(separate.PolicyDocument ?? ''))).toMatchObject({ Statement: [{ Effect: 'Deny' }] });
  });

  it('makes a network without the rule that EC2 adds, with endpoint policy and DNS', async () => {
    const groups = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id('Group')] }));
    expect(groups.SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.20.0.0/16', Description: 'endpoints' }] },
    ]);
    expect(groups.SecurityGroups?.[0]?.IpPermissionsEgress).toHaveLength(1);
    expect(groups.SecurityGroups?.[0]?.IpPermissions).toMatchObject([{ UserIdGroupPairs: [{ GroupId: id('Group') }] }]);
    const { VpcEndpoints } = await aws.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id('Endpoint')] }));
    expect(VpcEndpoints?.[0]).toMatchObject({
      VpcId: id('Vpc'),
      ServiceName: 'com.amazonaws.eu-west-1.sagemaker.api',
      PrivateDnsEnabled: true,
      SubnetIds: [id('Subnet')],
    });
    expect(JSON.parse(VpcEndpoints?.[0]?.PolicyDocument ?? '')).toMatchObject({
      Statement: [{ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } } }],
    });
    const dns = await aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: id('Vpc'), Attribute: 'enableDnsHostnames' }));
    expect(dns.EnableDnsHostnames?.Value).toBe(true);
  });

  it('makes keys, log groups and parameters', async () => {
    const KeyId = id('Key');
    expect(JSON.parse((await aws.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))).Policy ?? '')).toMatchObject({
      Statement: [{ Sid: 'Account' }],
    });
    expect((await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled).toBe(true);
    const { logGroups } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/lab/flow' }));
    expect(logGroups?.[0]).toMatchObject({ retentionInDays: 30, kmsKeyId: state().resources['Key']?.attributes['Arn'] });
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name: '/lab/environment' }));
    expect(JSON.parse(Parameter?.Value ?? '')).toEqual({ vpc: id('Vpc') });
  });

  it('leaves everything alone when nothing changed', async () => {
    const before = state();
    const stack = await deploy(environment, { tags: { project: 'lab' } });
    expect(stack.actions).toEqual({ unchanged: Object.keys(environment.Resources).length - 1, 'not-emulated': 1 });
    expect(state()).toEqual(before);
  });

  it('updates what changed and takes away what is not said any more', async () => {
    const template = changed(({ Resources }) => {
      const bucket = Resources['Data']?.Properties ?? {};
      bucket['VersioningConfiguration'] = { Status: 'Suspended' };
      delete bucket['LifecycleConfiguration'];
      Object.assign(Resources['Boundary']?.Properties ?? {}, {
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
      });
      Object.assign(Resources['Group']?.Properties ?? {}, {
        SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 444, ToPort: 444, CidrIp: '10.20.0.0/16' }],
      });
    });
    await deploy(template, { tags: { project: 'lab' } });
    expect(actions().sort()).toEqual(['not-emulated Statistics', 'update Boundary', 'update Data', 'update Group']);
    expect((await aws.s3.send(new GetBucketVersioningCommand({ Bucket: id('Data') }))).Status).toBe('Suspended');
    await expect(aws.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: id('Data') }))).rejects.toThrow();
    const groups = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id('Group')] }));
    expect(groups.SecurityGroups?.[0]?.IpPermissionsEgress?.map(({ FromPort }) => FromPort)).toEqual([444]);
    expect(groups.SecurityGroups?.[0]?.IpPermissions).toHaveLength(1);
    const version = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn: id('Boundary'), VersionId: 'v2' }));
    expect(version.PolicyVersion?.IsDefaultVersion).toBe(true);
    await deploy(environment, { tags: { project: 'lab' } });
  });

  it('replaces what cannot be changed, with what refers to it, and removes the old one afterwards', async () => {
    const before = id('Subnet');
    await deploy(
      changed(({ Resources }) => Object.assign(Resources['Subnet']?.Properties ?? {}, { CidrBlock: '10.20.8.0/24' })),
      { tags: { project: 'lab' } },
    );
    expect(actions().filter((action) => !action.startsWith('not-emulated'))).toEqual([
      'replace Subnet',
      'update Endpoint',
      'remove Subnet',
    ]);
    expect(id('Subnet')).not.toBe(before);
    const { VpcEndpoints } = await aws.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id('Endpoint')] }));
    expect(VpcEndpoints?.[0]?.SubnetIds).toEqual([id('Subnet')]);
    await deploy(environment, { tags: { project: 'lab' } });
  });

  it('refuses to replace what has a name of its own, as CloudFormation does', async () => {
    const run = deploy(
      changed(({ Resources }) => Object.assign(Resources['Role']?.Properties ?? {}, { Path: '/other/' })),
      { tags: { project: 'lab' } },
    );
    await expect(run).rejects.toMatchObject({
      code: 'ReplacementRefused',
      message: expect.stringContaining('RoleName is fixed to "lab-job"') as unknown,
    });
  });

  it.each([
    ['FlowLogs', 'LogGroupName'],
    ['Parameter', 'Name'],
    ['Alias', 'AliasName'],
  ])('refuses %s under another logical id, as CloudFormation does, and says what to do', async (logicalId, property) => {
    const renamed = changed(({ Resources }) => {
      const resource = Resources[logicalId];
      if (resource !== undefined) Resources[`New${logicalId}`] = resource;
      Reflect.deleteProperty(Resources, logicalId);
    });
    const template = JSON.parse(JSON.stringify(renamed).replaceAll(`["${logicalId}"`, `["New${logicalId}"`)) as Template;
    const name = JSON.stringify(environment.Resources[logicalId]?.Properties[property]);
    await expect(deploy(template, { tags: { project: 'lab' } })).rejects.toMatchObject({
      code: 'NameTaken',
      place: { stack: 'lab', logicalId: `New${logicalId}` },
      message: expect.stringMatching(
        `${property} ${name} exists already, as ${logicalId}\\..* Keep the logical id ${logicalId}, .* remove /`,
      ) as unknown,
    });
    await deploy(environment, { tags: { project: 'lab' } });
    expect(actions().filter((action) => !action.startsWith('not-emulated'))).toEqual([]);
  });

  it('makes again what vanished behind its back', async () => {
    await aws.ssm.send(new DeleteParameterCommand({ Name: '/lab/environment' }));
    await deploy(environment, { tags: { project: 'lab' } });
    expect(actions()).toContain('create Parameter');
  });

  it('removes in the opposite order what the template does not have any more', async () => {
    await deploy(
      changed((template) => {
        for (const name of ['Endpoint', 'Group', 'SelfIngress', 'Subnet', 'Parameter']) Reflect.deleteProperty(template.Resources, name);
      }),
      { tags: { project: 'lab' } },
    );
    const removed = actions().filter((action) => action.startsWith('remove'));
    expect(removed.sort()).toEqual(['remove Endpoint', 'remove Group', 'remove Parameter', 'remove SelfIngress', 'remove Subnet']);
    const order = events.filter(({ phase }) => phase === 'start').map(({ logicalId }) => logicalId);
    expect(order.indexOf('Endpoint')).toBeLessThan(order.indexOf('Group'));
    expect(order.indexOf('Endpoint')).toBeLessThan(order.indexOf('Subnet'));
  });

  it('deletes the stack, keeping what the template retains', async () => {
    const KeyId = id('Key');
    const Bucket = id('Logs');
    await deleteStack({ ...TARGET, name: 'lab', client: moto.client, stateFolder: join(moto.folder, 'deploy') });
    expect((await aws.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState).toBe('PendingDeletion');
    await expect(aws.iam.send(new GetRoleCommand({ RoleName: 'lab-job' }))).rejects.toThrow();
    await expect(aws.s3.send(new GetBucketVersioningCommand({ Bucket }))).resolves.toBeDefined();
    expect(() => state()).toThrow();
  });
});

describe('failures', () => {
  const alias = (name: string, target: unknown) => ({ Type: 'AWS::KMS::Alias', Properties: { AliasName: name, TargetKeyId: target } });
  const broken = {
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      Good: alias('alias/good', { Ref: 'Key' }),
      Bad: { ...alias('no-alias', { Ref: 'Key' }), DependsOn: 'Good' },
    },
  };

  it('keeps what was made, says what failed, and goes on from there', async () => {
    await expect(deploy(broken, { name: 'half' })).rejects.toMatchObject({
      code: 'ResourceFailed',
      place: { stack: 'half', logicalId: 'Bad' },
    });
    const kept = state('half');
    expect([kept.status, kept.resources['Good']?.status]).toEqual(['failed', 'complete']);
    expect(kept.failure).toContain('half / Bad');
    const repaired = structuredClone(broken);
    repaired.Resources.Bad.Properties.AliasName = 'alias/better';
    await deploy(repaired, { name: 'half' });
    expect(actions()).toEqual(['create Bad']);
    expect(state('half').status).toBe('complete');
  });

  it('rolls back what this run made when asked to', async () => {
    const template = JSON.parse(JSON.stringify(broken).replaceAll('alias/good', 'alias/gone')) as unknown;
    await expect(deploy(template, { name: 'back', onFailure: 'rollback' })).rejects.toMatchObject({ place: { logicalId: 'Bad' } });
    expect(() => state('back')).toThrow();
    const { Aliases } = await aws.kms.send(new ListAliasesCommand({}));
    expect(Aliases?.some(({ AliasName }) => AliasName === 'alias/gone')).toBe(false);
  });

  it('finishes what a killed run began: a named resource is recognized, configuration is completed', async () => {
    const template = {
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lab-crash', VersioningConfiguration: { Status: 'Enabled' } } },
      },
    };
    await deploy({ Resources: { Key: { Type: 'AWS::KMS::Key', Properties: {} } } }, { name: 'crash' });
    // As a run leaves it that dies between AWS's answer and its note.
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'lab-crash', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    const left = state('crash');
    const note = {
      type: 'AWS::S3::Bucket',
      status: 'creating',
      attributes: {},
      properties: {},
      generation: 0,
      dependsOn: [],
      deletionPolicy: 'Delete',
    } as const;
    left.resources['Bucket'] = { ...note, properties: { BucketName: 'lab-crash' }, physicalId: undefined };
    writeFileSync(join(moto.folder, 'deploy', 'crash.json'), JSON.stringify(left));
    await deploy(template, { name: 'crash' });
    expect(actions()).toEqual(['update Bucket', 'remove Key']);
    expect((await aws.s3.send(new GetBucketVersioningCommand({ Bucket: 'lab-crash' }))).Status).toBe('Enabled');
    expect(state('crash').resources['Bucket']).toMatchObject({ status: 'complete', physicalId: 'lab-crash' });
  });

  it('resolves exports of other stacks', async () => {
    await deploy(
      {
        Resources: { Key: { Type: 'AWS::KMS::Key', Properties: {} } },
        Outputs: { K: { Value: { Ref: 'Key' }, Export: { Name: 'shared-key' } } },
      },
      { name: 'giver' },
    );
    const stack = await deploy({ Resources: {}, Outputs: { Got: { Value: { 'Fn::ImportValue': 'shared-key' } } } }, { name: 'taker' });
    expect(stack.outputs['Got']?.value).toBe(state('giver').resources['Key']?.physicalId);
  });
});
