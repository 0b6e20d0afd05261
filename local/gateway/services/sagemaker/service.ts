import type { Call, EmulatedService } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { createHostingRunner } from '../../../runner/hosting.ts';
import { createJobRunner } from '../../../runner/jobs.ts';
import { createNotebookRunner } from '../../../runner/notebook-instance.ts';
import { arnOf, KINDS } from './account.ts';
import type { Kind } from './account.ts';
import { endpointOperations } from './endpoints.ts';
import { lineageOperations } from './experiments-lineage.ts';
import { openExperiments } from './experiments.ts';
import { featureOperations } from './feature-groups.ts';
import { HOSTING_REFUSALS } from './hosting-refusals.ts';
import { createModelRegistry } from './model-packages.ts';
import { modelOperations, openHostingRecords } from './models.ts';
import { notebookOperations } from './notebook-instances.ts';
import { pipelineOperations } from './pipelines/pipelines.ts';
import { processingJobOperations } from './processing-jobs.ts';
import { refusalOf } from './refusals.ts';
import { searchOperations } from './search.ts';
import { createStateChangeEvents } from './state-change-events.ts';
import { Tags, tagOperations } from './tags.ts';
import { openTrainingJobs, trainingJobOperations } from './training-jobs.ts';
import { transformJobOperations } from './transform-jobs.ts';
import { tuningJobOperations } from './tuning-jobs.ts';
import { modelOf, validateInput } from './validation.ts';

/**
 * SageMaker and its runtime: names, shapes, paging and errors as the service model and the AWS documentation say; what was
 * created really runs, in sandboxes. An operation that is not in this table is `OperationNotEmulated`.
 */
export function createSageMakerService(platform: Platform): EmulatedService {
  const tags = new Tags();
  const jobs = createJobRunner(platform);
  const hosting = createHostingRunner(platform);
  const experiments = openExperiments(platform, tags);
  const trainingJobs = openTrainingJobs(platform, jobs, tags, experiments.jobs);
  const tuning = tuningJobOperations(platform, trainingJobs, tags);
  platform.onShutdown(async () => {
    tuning.close();
    await Promise.all([jobs.shutDown(), hosting.shutDown()]);
  });
  const records = openHostingRecords();
  const emit = createStateChangeEvents(platform);
  const registry = createModelRegistry(platform, tags, emit);
  const own = {
    ...trainingJobOperations(trainingJobs),
    ...tuning.operations,
    ...processingJobOperations(platform, jobs, tags, experiments.jobs),
    ...transformJobOperations(platform, jobs, records.models, tags, experiments.jobs),
    ...modelOperations(platform, records, tags, registry.modelPackageContainer),
    ...endpointOperations(platform, records, hosting, tags),
    ...notebookOperations(platform, createNotebookRunner(platform), tags),
    ...registry.operations,
    ...pipelineOperations(platform, tags, emit),
    ...experiments.operations,
    ...lineageOperations(platform, tags),
    ...featureOperations(platform, tags),
    ...tagOperations(tags),
  };
  const operations = { ...own, ...searchOperations(own, tags, experiments.searched) };
  return {
    service: 'sagemaker',
    refusalOf,
    refusedFields: HOSTING_REFUSALS,
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
    validateInput(modelOf(name), name, call.input);
    return handler(call);
  };

/** ARN of the one resource that an operation is about; a resource that is being created has no tags yet. */
function resourceOf(platform: Platform, call: Call): string | undefined {
  const given = call.input['ResourceArn'] ?? call.input['ModelPackageArn'] ?? call.input['PipelineExecutionArn'];
  if (typeof given === 'string') return taggedArn(given);
  if (call.operation.startsWith('Create') && !call.operation.startsWith('CreatePresigned')) return undefined;
  const candidates = (Object.entries(KINDS) as [Kind, string][]).filter(([, field]) => typeof call.input[field] === 'string');
  const named =
    candidates.find(([, field]) => {
      const subject = field.replace(/(Name|Arn)$/, '');
      return call.operation.endsWith(subject) || call.operation.endsWith(`${subject}Url`);
    }) ?? candidates.find(([kind]) => HOLDERS.has(kind));
  if (named === undefined) return undefined;
  const name = call.input[named[1]] as string;
  return taggedArn(name.startsWith('arn:') ? name : arnOf(platform, named[0], name));
}

/** Kinds whose tags count for what is done in them: records of a feature group, executions of a pipeline. */
const HOLDERS: ReadonlySet<Kind> = new Set(['feature-group', 'pipeline']);

/** A version of a model package has the tags of its group, an execution those of its pipeline. */
const taggedArn = (arn: string): string =>
  arn.replace(/:model-package\/([^/]+)\/\d+$/, ':model-package-group/$1').replace(/(:pipeline\/[^/]+)\/execution\/.*$/, '$1');
