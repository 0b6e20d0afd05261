import type { EnvironmentDescription, RolePurpose } from '@sealab/sdk/contract';
import { ArnFormat, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { NameScope, ProjectScope } from '../policies/project-scope.ts';
import type { InternalPurpose } from '../policies/purposes.ts';
import type { Settings } from '../settings/settings.ts';
import { roleName } from './sealed-role.ts';

/**
 * ARNs by name. Keys, buckets, roles and endpoints name each other in their policies; roles are named by their fixed
 * names, so that the references of the template go one way.
 */
export class ProjectNames implements NameScope {
  readonly settings: Settings;
  protected readonly stack: Stack;

  constructor(scope: Construct, settings: Settings) {
    this.stack = Stack.of(scope);
    this.settings = settings;
  }

  arn(service: string, resource: string, options: { readonly region?: string; readonly account?: string } = {}): string {
    return this.stack.formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME, ...options });
  }

  roleArn(purpose: RolePurpose | InternalPurpose): string {
    const { project } = this.settings;
    return this.arn('iam', `role/sealab/${project}/${roleName(project, purpose)}`, { region: '' });
  }

  people(kind: keyof Settings['people']): readonly string[] {
    return this.settings.people[kind].map((suffix) => this.arn('iam', suffix, { region: '' }));
  }

  viaService(service: string): string {
    return `${service}.${this.settings.region}.amazonaws.com`;
  }

  get projectRoles(): string {
    return this.arn('iam', `role/sealab/${this.settings.project}/*`, { region: '' });
  }

  get boundaryArn(): string {
    const { project } = this.settings;
    return this.arn('iam', `policy/sealab/${project}/sealab-${project}-boundary`, { region: '' });
  }

  get deployerRole(): string {
    const { synthesizer } = this.stack;
    const role = synthesizer instanceof DefaultStackSynthesizer ? synthesizer.cloudFormationExecutionRoleArn : undefined;
    if (role === undefined) return this.roleArn('environment-launch');
    return role.replace('${AWS::Partition}', this.stack.partition);
  }

  /** The same names, with what the resources are called that exist by now. */
  with(environment: EnvironmentDescription, buckets: Readonly<Record<keyof EnvironmentDescription['buckets'], IBucket>>): ProjectScope {
    return new DescribedProject(this.stack, this.settings, environment, buckets);
  }
}

class DescribedProject extends ProjectNames implements ProjectScope {
  readonly environment: EnvironmentDescription;
  private readonly buckets: Readonly<Record<keyof EnvironmentDescription['buckets'], IBucket>>;

  constructor(
    stack: Stack,
    settings: Settings,
    environment: EnvironmentDescription,
    buckets: Readonly<Record<keyof EnvironmentDescription['buckets'], IBucket>>,
  ) {
    super(stack, settings);
    this.environment = environment;
    this.buckets = buckets;
  }

  bucketArn(purpose: keyof EnvironmentDescription['buckets']): string {
    return this.buckets[purpose].bucketArn;
  }
}
