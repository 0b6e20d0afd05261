import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

/** Present where the labelling is helped by a model, which trains and predicts in jobs of its own. */
const automated = { within: 'LabelingJobAlgorithmsConfig', demanded: 'never' } as const;
const noKey = 'CreateLabelingJob has no condition key for the network: the job execution role and detection stand behind the SDK.';

export const createLabelingJob = controlsFor('CreateLabelingJob', {
  OutputKey: rows.outputKey('OutputConfig.KmsKeyId'),
  OutputBucket: rows.inBuckets('OutputConfig.S3OutputPath', 'buckets.model', 'Output bucket'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
  VolumeKey: { ...rows.volumeKey('LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId'), ...automated },
  Subnets: {
    ...rows.withoutKey(rows.privateSubnets('LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.'), noKey),
    ...automated,
  },
  SecurityGroups: {
    ...rows.withoutKey(rows.securityGroups('LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.'), noKey),
    ...automated,
  },
  NoPublicWorkforce: rows.absent(
    'HumanTaskConfig.PublicWorkforceTaskPrice',
    'No public workforce',
    'Project data is not shown to strangers; a task on the public workforce needs this price.',
    'The key WorkteamType follows from the work team’s ARN, not from this field: the SDK and detection refuse it.',
  ),
});
