import { controlsFor } from '../control.ts';
import { autoMl } from './auto-ml-rows.ts';

export const createAutoMLJob = controlsFor('CreateAutoMLJob', autoMl('AutoMLJobConfig.'));
