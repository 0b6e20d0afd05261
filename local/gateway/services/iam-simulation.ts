import { resourcesOf } from '../authorization/arns.ts';
import type { IamEntity, IamView } from '../authorization/iam-snapshot.ts';
import { records, text, texts } from '../authorization/requirement.ts';
import { evaluate, type Decision } from '../authorization/simulate.ts';
import { AwsError, type Call, type EmulatedService } from '../call.ts';

/**
 * IAM's own simulator, with the evaluator that decides here: policies and boundary of a role or user, no resource policy
 * unless one is given. The rest of IAM is moto's.
 */
export function createIamSimulation(iam: IamView): EmulatedService {
  return {
    service: 'iam',
    operations: {
      SimulatePrincipalPolicy: async (call) => {
        const { input } = call;
        const entity = await entityOf(iam, text(input['PolicySourceArn']) ?? '');
        if (texts(input['PolicyInputList']).length > 0) {
          throw new AwsError(
            'OperationNotEmulated',
            'The local environment does not run iam:SimulatePrincipalPolicy with PolicyInputList.',
          );
        }
        const context = Object.fromEntries(
          records(input['ContextEntries']).map((entry) => [text(entry['ContextKeyName']) ?? '', texts(entry['ContextKeyValues'])]),
        );
        const results: unknown[] = [];
        for (const action of texts(input['ActionNames'])) {
          for (const resource of texts(input['ResourceArns']).length === 0 ? ['*'] : texts(input['ResourceArns'])) {
            const decision = await simulate(call, entity, action, resource, context, text(input['ResourcePolicy']));
            results.push({
              EvalActionName: action,
              EvalResourceName: resource,
              EvalDecision: nameOf(decision),
              MatchedStatements: [],
              MissingContextValues: [],
            });
          }
        }
        return { EvaluationResults: results, IsTruncated: false };
      },
    },
  };
}

async function entityOf(iam: IamView, arn: string): Promise<IamEntity> {
  const entity = arn.includes(':user/') ? await iam.user(arn.split('/').at(-1) ?? '') : await iam.roleByArn(arn);
  if (entity?.arn !== arn) throw new AwsError('NoSuchEntity', `The principal with ARN ${arn} cannot be found.`, 404);
  return entity;
}

async function simulate(
  call: Call,
  entity: IamEntity,
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>>,
  resourcePolicy: string | undefined,
): Promise<Decision> {
  // `*` asks for every resource: only a statement about every resource answers that.
  const resources = resource === '*' ? await resourcesOf(action, { ...call, input: {} }) : [resource];
  let decision: Decision = { allowed: true };
  for (const one of resources) {
    decision = await evaluate({
      principal: entity.arn,
      action,
      resource: one,
      resourceAccount: call.accountId,
      context: {
        'aws:PrincipalArn': entity.arn,
        'aws:PrincipalAccount': call.accountId,
        'aws:ResourceAccount': call.accountId,
        ...context,
      },
      identityPolicies: entity.policies,
      boundary: entity.boundary,
      sessionPolicy: undefined,
      resourcePolicy: resourcePolicyFor(action, call, resourcePolicy),
      endpointPolicy: undefined,
    });
    if (!decision.allowed) return decision;
  }
  return decision;
}

/**
 * The simulator pays no attention to the policy that a key has, where the evaluator takes a key without one for closed: so
 * one that leaves the decision to IAM stands in for it.
 */
function resourcePolicyFor(action: string, call: Call, given: string | undefined): { document: string; kind: 'resource' } | undefined {
  if (given !== undefined) return { document: given, kind: 'resource' };
  if (!action.startsWith('kms:')) return undefined;
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${call.partition}:iam::${call.accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return { document: JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }), kind: 'resource' };
}

function nameOf(decision: Decision): 'allowed' | 'explicitDeny' | 'implicitDeny' {
  if (decision.allowed) return 'allowed';
  if ('error' in decision) throw new AwsError('PolicyEvaluation', decision.error, 500);
  return decision.reasons.some((reason) => reason.denialType === 'Explicit') ? 'explicitDeny' : 'implicitDeny';
}
