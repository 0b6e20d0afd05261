import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const noSubKey = 'SageMaker has no condition key for this key: the bucket policy enforces the project’s key on every object.';

export const createEndpointConfig = controlsFor('CreateEndpointConfig', {
  VolumeKey: rows.volumeKey('KmsKeyId'),
  InstanceType: rows.instanceTypes('ProductionVariants[].InstanceType', 'instanceTypes.hosting[]'),
  ShadowInstanceType: { ...rows.instanceTypes('ShadowProductionVariants[].InstanceType', 'instanceTypes.hosting[]') },
  NoShell: {
    path: 'ProductionVariants[].EnableSSMAccess',
    wanted: { constant: false },
    match: 'false',
    fill: 'never',
    conditionKey: null,
    noConditionKey:
      'SageMaker has no condition key for it: the hosting role has no Systems Manager rights, and no endpoint for them exists.',
    title: 'No remote shell',
    because: 'A shell into the hosting container would be a way around every other control.',
    remedy: 'Leave EnableSSMAccess out; read the endpoint’s logs instead.',
  },
  CaptureKey: {
    ...rows.outputKey('DataCaptureConfig.KmsKeyId'),
    fill: 'with-parent',
    conditionKey: null,
    noConditionKey: noSubKey,
    title: 'Capture key',
  },
  CaptureBucket: rows.inBuckets('DataCaptureConfig.DestinationS3Uri', 'buckets.model', 'Capture bucket'),
  AsyncOutputKey: {
    ...rows.outputKey('AsyncInferenceConfig.OutputConfig.KmsKeyId'),
    fill: 'with-parent',
    conditionKey: null,
    noConditionKey: noSubKey,
    title: 'Async output key',
  },
  AsyncOutputBucket: rows.inBuckets('AsyncInferenceConfig.OutputConfig.S3OutputPath', 'buckets.model', 'Async output bucket'),
  CoreDumpKey: {
    ...rows.outputKey('ProductionVariants[].CoreDumpConfig.KmsKeyId'),
    fill: 'with-parent',
    conditionKey: null,
    noConditionKey: noSubKey,
    title: 'Core dump key',
  },
  CoreDumpBucket: rows.inBuckets('ProductionVariants[].CoreDumpConfig.DestinationS3Uri', 'buckets.model', 'Core dump bucket'),
});
