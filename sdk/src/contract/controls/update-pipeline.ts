import { controlsFor } from '../control.ts';
import { pipeline } from './pipeline-rows.ts';
import { each } from './shared-rows.ts';

export const updatePipeline = controlsFor('UpdatePipeline', each(pipeline, { fill: 'never' as const }));
