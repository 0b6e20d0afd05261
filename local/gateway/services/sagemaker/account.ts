import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Platform } from '../../platform.ts';
import { AwsError } from '../../call.ts';

/** Kinds of SageMaker resources as they stand in ARNs, with the request field that names one. */
export const KINDS = {
  'training-job': 'TrainingJobName',
  'processing-job': 'ProcessingJobName',
  model: 'ModelName',
  'endpoint-config': 'EndpointConfigName',
  endpoint: 'EndpointName',
  'notebook-instance': 'NotebookInstanceName',
  'notebook-instance-lifecycle-config': 'NotebookInstanceLifecycleConfigName',
} as const;
export type Kind = keyof typeof KINDS;

export const arnOf = ({ partition, region, account }: Platform, kind: Kind, name: string): string => `arn:${partition}:sagemaker:${region}:${account}:${kind}/${name}`;

/** SageMaker's answer for most things that are not there. */
export const notFound = (what: string, arn: string): AwsError => new AwsError('ValidationException', `Could not find ${what} "${arn}".`);

/** The VPC of a subnet. Throws what SageMaker answers for a subnet that does not exist. */
export async function vpcOfSubnet(platform: Platform, subnetId: string): Promise<string> {
  const { Subnets = [] } = await new EC2Client(platform.administratorConfig()).send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })).catch((error: unknown) => {
    if ((error as Error).name.startsWith('InvalidSubnetID')) return { Subnets: [] };
    throw error;
  });
  const vpcId = Subnets[0]?.VpcId;
  if (vpcId === undefined) throw new AwsError('ValidationException', `The subnet ID '${subnetId}' does not exist.`);
  return vpcId;
}
