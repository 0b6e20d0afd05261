import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

/** Network, isolation and role come from the model, which has rows of its own. */
export const createTransformJob = controlsFor('CreateTransformJob', {
  VolumeKey: rows.volumeKey('TransformResources.VolumeKmsKeyId'),
  OutputKey: rows.outputKey('TransformOutput.KmsKeyId'),
  OutputBucket: rows.inBuckets('TransformOutput.S3OutputPath', 'buckets.model', 'Output bucket'),
  InstanceType: rows.instanceTypes('TransformResources.InstanceType', 'instanceTypes.training[]'),
  CaptureKey: rows.furtherOutputKey('DataCaptureConfig.KmsKeyId', 'Capture key'),
  CaptureBucket: rows.inBuckets('DataCaptureConfig.DestinationS3Uri', 'buckets.model', 'Capture bucket'),
});
