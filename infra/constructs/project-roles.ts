import { CONTROLS, ROLE_PURPOSES } from '@sealab/sdk/contract';
import type { Control, RolePurpose } from '@sealab/sdk/contract';
import { ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { SAGEMAKER } from '../policies/actions.ts';
import { boundary, environmentBoundary } from '../policies/boundary.ts';
import { ENVIRONMENT_ACTIONS } from '../policies/environment-launch.ts';
import { internalRolePolicies } from '../policies/internal-roles.ts';
import { policyFromControls } from '../policies/policy-from-controls.ts';
import type { ProjectScope } from '../policies/project-scope.ts';
import { INTERNAL_PURPOSES } from '../policies/purposes.ts';
import type { InternalPurpose } from '../policies/purposes.ts';
import { ROLE_POLICIES } from '../policies/roles.ts';
import type { NotebookDoors } from '../policies/roles.ts';
import { TRUSTS } from '../policies/trusts.ts';
import { roleWildcards } from '../policies/wildcards.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { rolePath, SealedRole } from './sealed-role.ts';

/** All roles of a project, the boundary that holds them, and the contract's Deny statements that every one carries. */
export class ProjectRoles extends Construct {
  private readonly roles: ReadonlyMap<RolePurpose | InternalPurpose, Role>;

  constructor(scope: Construct, id: string, project: ProjectScope, doors: NotebookDoors) {
    super(scope, id);
    const { environment } = project;
    const managed = (name: string, description: string, statements: readonly PolicyStatement[]) =>
      new ManagedPolicy(this, name, {
        managedPolicyName: `sealab-${environment.project}-${name}`,
        path: rolePath(environment.project),
        description,
        document: new PolicyDocument({ statements: [...statements] }),
      });

    const secureRequests = managed(
      'secure-requests',
      'Refuses requests to SageMaker that the contract does not allow',
      policyFromControls(allowedControls(), environment).map((statement) => PolicyStatement.fromJson(statement)),
    );
    const ceiling = managed('boundary', 'The most that any role of the project can do', boundary(project));
    const environmentCeiling = managed(
      'environment-boundary',
      'The most that the role that makes environments can do',
      environmentBoundary(project),
    );

    acknowledgeWildcards(this, roleWildcards(project));

    const internal = internalRolePolicies(project);
    this.roles = new Map(
      [...ROLE_PURPOSES, ...INTERNAL_PURPOSES].map((purpose) => [
        purpose,
        new SealedRole(this, purpose, {
          project: environment.project,
          purpose,
          trust: TRUSTS[purpose](project),
          statements: isInternal(purpose) ? internal[purpose] : ROLE_POLICIES[purpose](project, doors),
          boundary: purpose === 'environment-launch' ? environmentCeiling : ceiling,
          secureRequests,
        }).role,
      ]),
    );
    // IAM takes a trust only when the role that it names is there.
    this.of('endpoint-creation').node.addDependency(this.of('notebook-execution'));
  }

  of(purpose: RolePurpose | InternalPurpose): Role {
    const role = this.roles.get(purpose);
    if (role === undefined) throw new RangeError(`There is no role for ${purpose}.`);
    return role;
  }
}

/**
 * The controls of what some role may do at all. Denying what nothing allows would add nothing but length, of which IAM
 * gives a managed policy 6,144 characters; an action that joins the lists brings its statements with it.
 */
function allowedControls(): readonly Control[] {
  const allowed: ReadonlySet<string> = new Set([...SAGEMAKER, ...ENVIRONMENT_ACTIONS]);
  return Object.values(CONTROLS)
    .flat()
    .filter(({ operation }) => allowed.has(`sagemaker:${operation}`));
}

const isInternal = (purpose: RolePurpose | InternalPurpose): purpose is InternalPurpose =>
  (INTERNAL_PURPOSES as readonly string[]).includes(purpose);
