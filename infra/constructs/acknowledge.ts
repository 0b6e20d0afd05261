import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that was looked at and is right as it is. */
export interface Acknowledged {
  /** Resource of a statement, wildcard included; may hold tokens. */
  readonly resource: string;
  readonly reason: string;
}

/** Accepts wildcards in the resources of policies below `construct`: each one by itself, each with its reason. */
export function acknowledgeWildcards(construct: IConstruct, wildcards: readonly Acknowledged[]): void {
  const stack = Stack.of(construct);
  for (const { resource, reason } of wildcards) {
    Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${inFindings(stack.resolve(resource))}]`, reason });
  }
}

/** Accepts actions by prefix in one policy. */
export function acknowledgeActions(policy: IConstruct, actions: readonly string[], reason: string): void {
  for (const action of actions) Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Action::${action}]`, reason });
}

/** cdk-nag writes references as `<LogicalId.Attribute>` into the names of its findings. */
function inFindings(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const {
    Ref: ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = resource as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]] };
  if (ref !== undefined) return `<${ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(inFindings).join(join[0]);
  throw new TypeError(`A reference that cdk-nag writes otherwise: ${JSON.stringify(resource)}`);
}
