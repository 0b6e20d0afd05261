import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

/** Role and network come from the profile, the space or the domain. */
export const createApp = controlsFor('CreateApp', {
  InstanceType: rows.instanceTypes('ResourceSpec.InstanceType', 'instanceTypes.notebook[]'),
});
