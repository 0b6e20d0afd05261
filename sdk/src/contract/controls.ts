import type { Control, OperationName } from './control.ts';
import { createEndpointConfig } from './controls/create-endpoint-config.ts';
import { createModel } from './controls/create-model.ts';
import { createNotebookInstance } from './controls/create-notebook-instance.ts';
import { createProcessingJob } from './controls/create-processing-job.ts';
import { createTrainingJob } from './controls/create-training-job.ts';

/** The contract: the controls of every covered operation. Adding an operation makes the compiler list what is missing. */
export const CONTROLS: { readonly [Op in OperationName]: readonly Control<Op>[] } = {
  CreateTrainingJob: createTrainingJob,
  CreateProcessingJob: createProcessingJob,
  CreateModel: createModel,
  CreateEndpointConfig: createEndpointConfig,
  CreateNotebookInstance: createNotebookInstance,
};

/**
 * Mutating operations without a field of their own to secure: what they refer to was checked when it was created, or
 * they only end or label things. Everything else that mutates and is in neither table is refused.
 */
export const GUARDED_BY_REFERENCE = {
  CreateEndpoint: 'Refers to an endpoint configuration, which the contract guards.',
  UpdateEndpoint: 'Refers to an endpoint configuration, which the contract guards.',
  StopTrainingJob: 'Ends a job.',
  StopProcessingJob: 'Ends a job.',
  DeleteEndpoint: 'Removes an endpoint.',
  DeleteEndpointConfig: 'Removes a configuration.',
  DeleteModel: 'Removes a model.',
  StartNotebookInstance: 'Starts what was created under the contract; lifecycle and role cannot change here.',
  StopNotebookInstance: 'Ends a notebook session.',
  AddTags: 'Labels a resource.',
} as const satisfies Record<string, string>;

export type GuardedOperation = keyof typeof GUARDED_BY_REFERENCE;

/** Whether an operation only reads. The SDK lets these pass; IAM allows them one by one. */
export const isReadOnly = (operation: string): boolean => /^(Describe|List|Search|Get|BatchDescribe)/.test(operation);
