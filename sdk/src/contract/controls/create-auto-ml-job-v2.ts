import { controlsFor } from '../control.ts';
import { autoMl } from './auto-ml-rows.ts';
import { absent } from './shared-rows.ts';

export const createAutoMLJobV2 = controlsFor('CreateAutoMLJobV2', {
  ...autoMl(''),
  NoEmr: absent(
    'AutoMLComputeConfig.EmrServerlessComputeConfig',
    'No EMR Serverless',
    'EMR Serverless would work on the data outside the project network, with a role of its own.',
    'SageMaker has no condition key for it: that role could not be passed, because iam:PassRole names the project’s roles alone.',
  ),
});
