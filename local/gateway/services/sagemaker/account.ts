import type { Platform } from '../../platform.ts';
import { SERVICE_PRINCIPAL } from '../../../runner/role-session.ts';
import { AwsError } from '../../call.ts';

/** Kinds of SageMaker resources as they stand in ARNs, with the request field that names one. */
export const KINDS = {
  'training-job': 'TrainingJobName',
  'processing-job': 'ProcessingJobName',
  'transform-job': 'TransformJobName',
  'hyper-parameter-tuning-job': 'HyperParameterTuningJobName',
  model: 'ModelName',
  'endpoint-config': 'EndpointConfigName',
  endpoint: 'EndpointName',
  'notebook-instance': 'NotebookInstanceName',
  'notebook-instance-lifecycle-config': 'NotebookInstanceLifecycleConfigName',
  'model-package-group': 'ModelPackageGroupName',
  'model-package': 'ModelPackageName',
  pipeline: 'PipelineName',
  'feature-group': 'FeatureGroupName',
  experiment: 'ExperimentName',
  'experiment-trial': 'TrialName',
  'experiment-trial-component': 'TrialComponentName',
  action: 'ActionName',
  artifact: 'ArtifactArn',
  context: 'ContextName',
} as const;
export type Kind = keyof typeof KINDS;

export const arnOf = ({ partition, region, account }: Platform, kind: Kind, name: string): string =>
  `arn:${partition}:sagemaker:${region}:${account}:${kind}/${name}`;

/** SageMaker's answer for most things that are not there. */
export const notFound = (what: string, arn: string): AwsError => new AwsError('ValidationException', `Could not find ${what} "${arn}".`);

/** The VPC of a subnet. Throws what SageMaker answers for a subnet that does not exist. */
export async function vpcOfSubnet(platform: Platform, subnetId: string): Promise<string> {
  const vpcId = await platform.vpcOfSubnet(subnetId);
  if (vpcId === undefined) throw new AwsError('ValidationException', `The subnet ID '${subnetId}' does not exist.`);
  return vpcId;
}

/** SageMaker refuses a role that it cannot take before anything else happens with it. */
export async function checkRole(platform: Platform, roleArn: string, resourceArn: string): Promise<void> {
  await platform.checkAssumable(roleArn, SERVICE_PRINCIPAL, resourceArn).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'ValidationException',
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${SERVICE_PRINCIPAL}' to assume the role.`,
    );
  });
}

/** The subnets of a request must exist and be of one VPC. @returns its id; `undefined` when the request names none */
export async function vpcOf(
  platform: Platform,
  vpc: { readonly Subnets?: readonly string[] | undefined } | undefined,
): Promise<string | undefined> {
  const vpcs = new Set(await Promise.all((vpc?.Subnets ?? []).map((subnet) => vpcOfSubnet(platform, subnet))));
  if (vpcs.size > 1) throw new AwsError('ValidationException', 'All subnets must belong to the same VPC.');
  return [...vpcs][0];
}
