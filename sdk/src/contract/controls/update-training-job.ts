import { controlsFor } from '../control.ts';
import { withKey } from './shared-rows.ts';
import { profiler, remoteDebug } from './training-rows.ts';

export const updateTrainingJob = controlsFor('UpdateTrainingJob', {
  ...profiler,
  // Here the rules' instances are the only ones in the request.
  ProfilerRuleInstanceType: withKey(profiler.ProfilerRuleInstanceType, 'sagemaker:InstanceTypes'),
  RemoteDebug: remoteDebug,
});
