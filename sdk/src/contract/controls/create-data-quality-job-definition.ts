import { controlsFor } from '../control.ts';
import { jobDefinition } from './monitoring-rows.ts';

export const createDataQualityJobDefinition = controlsFor('CreateDataQualityJobDefinition', jobDefinition('DataQuality'));
