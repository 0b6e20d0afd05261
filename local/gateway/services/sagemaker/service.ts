import type { Call, EmulatedService } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { createHostingRunner } from '../../../runner/hosting.ts';
import { createJobRunner } from '../../../runner/jobs.ts';
import { createNotebookRunner } from '../../../runner/notebook-instance.ts';
import { arnOf, KINDS } from './account.ts';
import type { Kind } from './account.ts';
import { endpointOperations } from './endpoints.ts';
import { modelOperations, openHostingRecords } from './models.ts';
import { notebookOperations } from './notebook-instances.ts';
import { processingJobOperations } from './processing-jobs.ts';
import { Tags, tagOperations } from './tags.ts';
import { trainingJobOperations } from './training-jobs.ts';
import { validateInput } from './validation.ts';

/**
 * SageMaker and its runtime: names, shapes, paging and errors as the service model and the AWS documentation say; what was
 * created really runs, in sandboxes. An operation that is not in this table is `OperationNotEmulated`.
 */
export function createSageMakerService(platform: Platform): EmulatedService {
  const tags = new Tags();
  const jobs = createJobRunner(platform);
  const hosting = createHostingRunner(platform);
  platform.onShutdown(async () => {
    await Promise.all([jobs.shutDown(), hosting.shutDown()]);
  });
  const records = openHostingRecords();
  const operations = {
    ...trainingJobOperations(platform, jobs, tags),
    ...processingJobOperations(platform, jobs, tags),
    ...modelOperations(platform, records, tags),
    ...endpointOperations(platform, records, hosting, tags),
    ...notebookOperations(platform, createNotebookRunner(platform), tags),
    ...tagOperations(tags),
  };
  return {
    service: 'sagemaker',
    operations: Object.fromEntries(Object.entries(operations).map(([name, handler]) => [name, checked(name, handler)])),
    conditionKeys: (call) => {
      const resource = resourceOf(platform, call);
      const keys = resource === undefined ? {} : tags.of(resource);
      return Object.fromEntries(
        Object.entries(keys).flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, value],
          [`sagemaker:ResourceTag/${key}`, value],
        ]),
      );
    },
  };
}

/** The request is checked against the service model before the operation sees it. */
const checked =
  (name: string, handler: (call: Call) => unknown) =>
  (call: Call): unknown => {
    validateInput(name === 'InvokeEndpoint' ? 'sagemaker-runtime' : 'sagemaker', name, call.input);
    return handler(call);
  };

/** ARN of the one resource that an operation is about; a resource that is being created has no tags yet. */
function resourceOf(platform: Platform, call: Call): string | undefined {
  const given = call.input['ResourceArn'];
  if (typeof given === 'string') return given;
  if (call.operation.startsWith('Create') && !call.operation.startsWith('CreatePresigned')) return undefined;
  const named = (Object.entries(KINDS) as [Kind, string][]).find(([kind, field]) => {
    const subject = kind
      .split('-')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join('');
    return typeof call.input[field] === 'string' && (call.operation.endsWith(subject) || call.operation.endsWith(`${subject}Url`));
  });
  return named === undefined ? undefined : arnOf(platform, named[0], call.input[named[1]] as string);
}
