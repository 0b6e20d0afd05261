import { controlsFor } from '../control.ts';
import { pipeline } from './pipeline-rows.ts';

export const createPipeline = controlsFor('CreatePipeline', pipeline);
