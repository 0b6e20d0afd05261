import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const startPipelineExecution = controlsFor('StartPipelineExecution', {
  // The pipeline has a role; an execution may be given another one. Describe does not tell which.
  Role: { ...rows.executionRole('RoleArn', 'roles.pipelineExecution'), describePath: null, fill: 'never' },
});
