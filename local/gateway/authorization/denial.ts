import type { RequestDenial } from '@cloud-copilot/iam-simulate';

const EXPLICIT: Readonly<Record<string, string>> = {
  identity: 'an identity-based policy',
  resource: 'a resource-based policy',
  pb: 'a permissions boundary',
  vpce: 'a VPC endpoint policy',
  session: 'a session policy',
};
const IMPLICIT: Readonly<Record<string, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  pb: 'permissions boundary',
  vpce: 'VPC endpoint policy',
  session: 'session policy',
};
/** Which reason AWS names when there are several. */
const ORDER = ['session', 'pb', 'vpce', 'identity', 'resource'];

/**
 * AWS's sentence for a denial.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(principalArn: string, action: string, resource: string, reasons: readonly RequestDenial[]): string {
  const start = `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource}`;
  // How a role may be assumed is the role's affair: AWS does not say what its trust policy lacks.
  if (action === 'sts:AssumeRole' || action === 'sts:TagSession') return start;
  const explicit = reasons.filter((reason) => reason.denialType === 'Explicit');
  const by = (given: readonly RequestDenial[]): RequestDenial | undefined =>
    [...given].sort((a, b) => ORDER.indexOf(a.policyType) - ORDER.indexOf(b.policyType))[0];
  const denied = by(explicit.filter((reason) => reason.policyType === 'identity')) ?? by(explicit);
  if (denied !== undefined) return `${start} with an explicit deny in ${EXPLICIT[denied.policyType] ?? 'a policy'}`;
  const missing =
    by(reasons.filter((reason) => reason.blocking === true)) ??
    by(reasons.filter((reason) => reason.policyType === 'identity')) ??
    by(reasons);
  return `${start} because no ${IMPLICIT[missing?.policyType ?? 'identity'] ?? 'policy'} allows the ${action} action`;
}
