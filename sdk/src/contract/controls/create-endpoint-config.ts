import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const variants = <const P extends string>(path: P) =>
  ({
    InstanceType: rows.instanceTypes(`${path}[].InstanceType`, 'instanceTypes.hosting[]'),
    PoolInstanceType: rows.instanceTypes(`${path}[].InstancePools[].InstanceType`, 'instanceTypes.hosting[]'),
    NoShell: rows.noShell(
      `${path}[].EnableSSMAccess`,
      'SageMaker has no condition key for it: the hosting role has no Systems Manager rights, and no endpoint for them exists.',
      'Leave EnableSSMAccess out; read the endpoint’s logs instead.',
    ),
    CoreDumpKey: rows.furtherOutputKey(`${path}[].CoreDumpConfig.KmsKeyId`, 'Core dump key'),
    CoreDumpBucket: rows.inBuckets(`${path}[].CoreDumpConfig.DestinationS3Uri`, 'buckets.model', 'Core dump bucket'),
    NoServerless: rows.withKey(
      rows.absent(
        `${path}[].ServerlessConfig.MemorySizeInMB`,
        'No serverless variant',
        'SageMaker runs serverless variants outside the project network: it takes neither a VPC nor isolation for them.',
        '',
      ),
      'sagemaker:ServerlessMemorySize',
    ),
  }) as const;

/**
 * Only configurations for inference components have a network and a role of their own; of the others the model decides.
 * So the values are checked where they are given, and their absence is not refused.
 */
const forComponents = { fill: 'with-parent' } as const;

export const createEndpointConfig = controlsFor('CreateEndpointConfig', {
  VolumeKey: rows.volumeKey('KmsKeyId'),
  ...variants('ProductionVariants'),
  ...rows.named('Shadow', variants('ShadowProductionVariants')),
  CaptureKey: rows.furtherOutputKey('DataCaptureConfig.KmsKeyId', 'Capture key'),
  CaptureBucket: rows.inBuckets('DataCaptureConfig.DestinationS3Uri', 'buckets.model', 'Capture bucket'),
  AsyncOutputKey: rows.furtherOutputKey('AsyncInferenceConfig.OutputConfig.KmsKeyId', 'Async output key'),
  AsyncOutputBucket: rows.inBuckets('AsyncInferenceConfig.OutputConfig.S3OutputPath', 'buckets.model', 'Async output bucket'),
  AsyncFailureBucket: rows.inBuckets('AsyncInferenceConfig.OutputConfig.S3FailurePath', 'buckets.model', 'Async failure bucket'),
  Subnets: { ...rows.privateSubnets(''), ...forComponents },
  SecurityGroups: { ...rows.securityGroups(''), ...forComponents },
  // Describe may say `false` where nothing was asked for: the record of the request tells the two apart.
  NetworkIsolation: { ...rows.networkIsolation(''), fill: 'never', describePath: null },
  Role: { ...rows.executionRole('ExecutionRoleArn', 'roles.endpointHosting'), fill: 'never' },
});
