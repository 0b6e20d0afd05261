import { CONTROLS, ROLE_PURPOSES } from '@sealab/sdk/contract';
import type { Control, RolePurpose } from '@sealab/sdk/contract';
import { ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { SAGEMAKER } from '../policies/actions.ts';
import { boundary, environmentBoundary, READ_PREFIXES } from '../policies/boundary.ts';
import { ENVIRONMENT_ACTIONS } from '../policies/environment-launch.ts';
import { internalRolePolicies } from '../policies/internal-roles.ts';
import { policyFromControls } from '../policies/policy-from-controls.ts';
import type { DenyStatement } from '../policies/policy-from-controls.ts';
import type { ProjectScope } from '../policies/project-scope.ts';
import { INTERNAL_PURPOSES } from '../policies/purposes.ts';
import type { InternalPurpose } from '../policies/purposes.ts';
import { ROLE_POLICIES } from '../policies/roles.ts';
import type { NotebookDoors, RolePolicy } from '../policies/roles.ts';
import { SHARED_DESCRIPTIONS, SHARED_POLICIES } from '../policies/shared-policies.ts';
import type { SharedPolicyName } from '../policies/shared-policies.ts';
import { TRUSTS } from '../policies/trusts.ts';
import { roleWildcards } from '../policies/wildcards.ts';
import { acknowledgeActions, acknowledgeWildcards } from './acknowledge.ts';
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

    const denies = policyFromControls(allowedControls(), environment);
    const secureRequests = [
      managed('secure-values', 'Refuses values in requests to SageMaker that the contract does not allow', denied(denies, false)),
      managed('secure-presence', 'Refuses requests to SageMaker without what the contract demands', denied(denies, true)),
    ];
    const shared = new Map(
      Object.entries(SHARED_POLICIES).map(([name, statements]) => [
        name,
        managed(name, SHARED_DESCRIPTIONS[name as SharedPolicyName], statements(project)),
      ]),
    );
    const ceiling = managed('boundary', 'The most that any role of the project can do', boundary(project));
    const environmentCeiling = managed(
      'environment-boundary',
      'The most that the role that makes environments can do',
      environmentBoundary(project),
    );

    acknowledgeWildcards(this, roleWildcards(project));
    acknowledgeActions(ceiling, READ_PREFIXES, 'The boundary allows nothing by itself; each role’s own policy writes out what it reads.');

    const internal = internalRolePolicies(project);
    this.roles = new Map(
      [...ROLE_PURPOSES, ...INTERNAL_PURPOSES].map((purpose) => {
        const { shared: names = [], own }: RolePolicy = isInternal(purpose) ? { own: () => internal[purpose] } : ROLE_POLICIES[purpose];
        const sealed = new SealedRole(this, purpose, {
          project: environment.project,
          purpose,
          trust: TRUSTS[purpose](project),
          statements: own(project, doors),
          boundary: purpose === 'environment-launch' ? environmentCeiling : ceiling,
          policies: [...secureRequests, ...[...shared].filter(([name]) => names.some((one) => one === name)).map(([, policy]) => policy)],
        });
        return [purpose, sealed.role];
      }),
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
 * The controls of what some role may do at all. Denying what nothing allows would add nothing but length; an action that
 * joins the lists brings its statements with it.
 */
function allowedControls(): readonly Control[] {
  const allowed: ReadonlySet<string> = new Set([...SAGEMAKER, ...ENVIRONMENT_ACTIONS]);
  return Object.values(CONTROLS)
    .flat()
    .filter(({ operation }) => allowed.has(`sagemaker:${operation}`));
}

/** IAM gives a managed policy 6,144 characters: the statements about what is missing stand apart from those about other values. */
const denied = (statements: readonly DenyStatement[], absent: boolean): PolicyStatement[] =>
  statements.filter(({ Sid }) => Sid.endsWith('Absent') === absent).map((statement) => PolicyStatement.fromJson(statement));

const isInternal = (purpose: RolePurpose | InternalPurpose): purpose is InternalPurpose =>
  (INTERNAL_PURPOSES as readonly string[]).includes(purpose);
