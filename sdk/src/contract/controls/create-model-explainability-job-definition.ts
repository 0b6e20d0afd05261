import { controlsFor } from '../control.ts';
import { jobDefinition } from './monitoring-rows.ts';

export const createModelExplainabilityJobDefinition = controlsFor(
  'CreateModelExplainabilityJobDefinition',
  jobDefinition('ModelExplainability'),
);
