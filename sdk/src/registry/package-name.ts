import { DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';

const NAME = /^(?:arn:[a-z-]+:sagemaker:[a-z0-9-]+:\d{12}:model-package\/)?([a-zA-Z0-9][a-zA-Z0-9-]{0,62})\/(\d{1,9})$/;

/** Group and version of `group/version` or of an ARN. Throws `InvalidInput`. */
export function packageName(name: string): { readonly name: string; readonly group: string; readonly version: number } {
  const [, group, version] = NAME.exec(name) ?? [];
  if (group !== undefined && version !== undefined) return { name: `${group}/${Number(version)}`, group, version: Number(version) };
  throw new SealabError('InvalidInput', `${JSON.stringify(name)} is not a version of the registry.`, {
    remedy: 'Give group and version, `credit/3`, or the ARN.',
    details: { given: name, pattern: NAME.source },
  });
}

/** An approved version. Throws `InvalidInput` for another one: SageMaker would refuse it after the endpoint’s other parts are made. */
export async function approvedPackage(
  { clients }: LabContext,
  given: string,
  abortSignal: AbortSignal,
): Promise<{ readonly arn: string; readonly group: string }> {
  const { name, group } = packageName(given);
  const { ModelPackageArn = given, ModelApprovalStatus } = await clients.sageMaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: given }),
    { abortSignal },
  );
  if (ModelApprovalStatus === 'Approved') return { arn: ModelPackageArn, group };
  throw new SealabError(
    'InvalidInput',
    `Version ${name} is ${ModelApprovalStatus ?? 'not approved'}; only approved versions are deployed.`,
    {
      remedy: `Have it approved: \`lab.registry.package('${name}').approve(comment)\`.`,
      details: { name, status: ModelApprovalStatus },
    },
  );
}
