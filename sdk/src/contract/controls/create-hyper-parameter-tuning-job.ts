import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';
import { trainingDefinition } from './training-rows.ts';

/**
 * Disks of the training jobs: the caller describes the instances in one of two ways, so the key is filled into the one
 * that is there. IAM demands it in any case.
 */
const disks = <const P extends string>(prefix: P) =>
  ({
    VolumeKey: { ...rows.volumeKey(`${prefix}ResourceConfig.VolumeKmsKeyId`), fill: 'with-parent', demanded: 'always' },
    TuningVolumeKey: {
      ...rows.volumeKey(`${prefix}HyperParameterTuningResourceConfig.VolumeKmsKeyId`),
      fill: 'with-parent',
      demanded: 'always',
    },
    TuningInstanceType: rows.instanceTypes(`${prefix}HyperParameterTuningResourceConfig.InstanceType`, 'instanceTypes.training[]'),
    TuningInstanceTypes: rows.instanceTypes(
      `${prefix}HyperParameterTuningResourceConfig.InstanceConfigs[].InstanceType`,
      'instanceTypes.training[]',
    ),
  }) as const;

const single = { ...trainingDefinition('TrainingJobDefinition.'), ...disks('TrainingJobDefinition.') };
const several = { ...trainingDefinition('TrainingJobDefinitions[].'), ...disks('TrainingJobDefinitions[].') };
const oneValue =
  'The key takes one value, and several definitions give several: what IAM compares then is not documented, so each is checked by the SDK and by detection.';

/** A tuning job has one definition or a list of them. Lists of values reach IAM from both, single values only from the one. */
export const createHyperParameterTuningJob = controlsFor('CreateHyperParameterTuningJob', {
  ...rows.each(single, { within: 'TrainingJobDefinition' as const }),
  ...rows.named('Several', {
    ...several,
    NetworkIsolation: rows.withoutKey(several.NetworkIsolation, oneValue),
    TrafficEncryption: rows.withoutKey(several.TrafficEncryption, oneValue),
    OutputKey: rows.withoutKey(several.OutputKey, oneValue),
    VolumeKey: rows.withoutKey(several.VolumeKey, oneValue),
    TuningVolumeKey: rows.withoutKey(several.TuningVolumeKey, oneValue),
  }),
});
