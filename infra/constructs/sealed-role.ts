import type { RolePurpose } from '@sealab/sdk/contract';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';
import type { IManagedPolicy, IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { InternalPurpose } from '../policies/purposes.ts';
import { tagPurpose } from './tag-purpose.ts';

export interface SealedRoleProps {
  readonly project: string;
  readonly purpose: RolePurpose | InternalPurpose;
  readonly trust: IPrincipal;
  readonly statements: readonly PolicyStatement[];
  readonly boundary: IManagedPolicy;
  /** The contract's Deny statements, which every role has whatever it is allowed, and the rights that it shares with others. */
  readonly policies: readonly IManagedPolicy[];
}

/** Name of a project's role; policies know roles by it before they exist. */
export const roleName = (project: string, purpose: RolePurpose | InternalPurpose): string => `sealab-${project}-${purpose}`;
export const rolePath = (project: string): string => `/sealab/${project}/`;

/**
 * A role of the project: under its path, within its boundary, tagged with its purpose, and with the contract's Deny
 * statements. What it alone may do stands in the role itself, so it never exists without it.
 */
export class SealedRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: SealedRoleProps) {
    super(scope, id);
    this.role = tagPurpose(
      new Role(this, 'Role', {
        roleName: roleName(props.project, props.purpose),
        path: rolePath(props.project),
        description: `Sealab ${props.project}: ${props.purpose}`,
        assumedBy: props.trust,
        permissionsBoundary: props.boundary,
        managedPolicies: [...props.policies],
        inlinePolicies: { [props.purpose]: new PolicyDocument({ statements: [...props.statements] }) },
        maxSessionDuration: Duration.hours(props.purpose === 'data-scientist' ? 12 : 1),
      }),
      props.purpose,
    );
  }
}
