import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import type { ResourceKind } from './api.ts';

/** How ARNs call the kinds. */
const IN_ARN: Readonly<Record<ResourceKind, string>> = {
  'training-jobs': 'training-job',
  'processing-jobs': 'processing-job',
  'transform-jobs': 'transform-job',
  'tuning-jobs': 'hyper-parameter-tuning-job',
  'automl-jobs': 'automl-job',
  models: 'model',
  endpoints: 'endpoint',
  'endpoint-configs': 'endpoint-config',
  'model-packages': 'model-package',
  'model-package-groups': 'model-package-group',
  pipelines: 'pipeline',
  'pipeline-executions': 'pipeline',
  'feature-groups': 'feature-group',
  experiments: 'experiment',
  'notebook-instances': 'notebook-instance',
};

/** The name in an ARN of that kind; a name as it is. Throws `InvalidInput` for an ARN of something else, or of another account or Region. */
export function resourceName(kind: ResourceKind, given: string, { account, region }: EnvironmentDescription): string {
  if (!given.startsWith('arn:')) return given;
  const [, of, subject, name = ''] = /^arn:[a-z-]+:sagemaker:([a-z0-9-]*:\d*):([a-z-]+)\/(.+)$/.exec(given) ?? [];
  const isExecution = EXECUTION.test(name);
  if (of === `${region}:${account}` && subject === IN_ARN[kind] && isExecution === (kind === 'pipeline-executions'))
    return name.replace(EXECUTION, '/');
  throw new SealabError('InvalidInput', `${given} is not an ARN of the kind ${kind} in ${account} ${region}.`, {
    remedy: 'Give the name, or say which kind it is: `lab.attach(arn, kind)`.',
    details: { given, kind },
  });
}

const EXECUTION = /\/execution\//;

/** The ARN of an execution, by which alone SageMaker knows it. Throws `InvalidInput` for what is no `pipeline/id`. */
export function executionArn(name: string, { account, partition, region }: EnvironmentDescription): string {
  const [, pipeline, id] = /^([a-zA-Z0-9-]+)\/([a-z0-9]+)$/.exec(name) ?? [];
  if (pipeline !== undefined && id !== undefined)
    return `arn:${partition}:sagemaker:${region}:${account}:pipeline/${pipeline}/execution/${id}`;
  throw new SealabError('InvalidInput', `${JSON.stringify(name)} is not an execution of a pipeline.`, {
    remedy: 'Give pipeline and execution as the list has them, `credit/abc123def456`, or the ARN.',
    details: { given: name },
  });
}
