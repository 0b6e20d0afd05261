import type { AutoMLContainerDefinition, ContainerDefinition } from '@aws-sdk/client-sagemaker';
import type { AutoMLCandidateResult } from '../automl/api.ts';
import { SealabError } from '../contract/index.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { refuse } from '../jobs/options.ts';
import { findViolations } from '../secure/index.ts';
import type { AutoMLSource, ModelOptions, ModelSource, VariantsSource } from './api.ts';

/** Instances with a GPU. */
const HAS_GPU = /^ml\.[gp]\d/;

/** Whether a model comes from AutoML: a job, whose best candidate is meant, or a candidate. */
export const isAutoML = (source: ModelSource | VariantsSource): source is AutoMLSource =>
  'kind' in source && (source.kind === 'automl-jobs' || source.kind === 'automl-candidates');

/**
 * The containers that SageMaker recommends for a candidate, in the order in which they are called: usually one that prepares the columns,
 * one with the model, and one that turns its numbers back into labels.
 *
 * @param instanceType decides between containers for CPU and for GPU; CPU unless given
 * @throws SealabError `JobNotCompleted` where there is no candidate yet, `SecureFieldConflict` for an image of no approved registry
 */
export async function candidateContainers(
  source: AutoMLSource,
  options: ModelOptions,
  instanceType: string | undefined,
  environment: EnvironmentDescription,
): Promise<{ readonly about: string; readonly definitions: readonly ContainerDefinition[] }> {
  for (const field of ['source', 'framework'] as const)
    if (options[field] !== undefined) refuse(field, 'a candidate of AutoML brings its own code and image.', `Leave ${field} out.`);
  const candidate = source.kind === 'automl-jobs' ? await source.best() : source;
  const recommended = recommendedFor(candidate, instanceType);
  if (options.image !== undefined && recommended.length > 1)
    refuse(
      'image',
      `the candidate has ${recommended.length} containers.`,
      'Leave it out: only the image of a single container can be replaced by a copy.',
    );
  const definitions = recommended.map(({ Image, ModelDataUrl, Environment }) => ({
    Image: options.image ?? Image,
    ModelDataUrl,
    Environment: { ...Environment, ...options.environment },
  }));
  refuseUnapproved(candidate, definitions, environment);
  return { about: candidate.job.replace(/-\d{6}-\d{6}-[0-9a-f]{4}$/, ''), definitions };
}

/** Source: SageMaker, `AutoMLCandidate`: `InferenceContainerDefinitions` by processing unit (of AutoML V2), or `InferenceContainers`. */
function recommendedFor(
  { name, described }: AutoMLCandidateResult,
  instanceType: string | undefined,
): readonly AutoMLContainerDefinition[] {
  const { InferenceContainerDefinitions: byUnit = {}, InferenceContainers = [] } = described;
  const onGpu = instanceType !== undefined && HAS_GPU.test(instanceType);
  // What is made for CPUs runs beside a GPU as well.
  const found = [onGpu ? byUnit.GPU : undefined, byUnit.CPU, InferenceContainers].find((containers) => (containers ?? []).length > 0);
  if (found !== undefined) return found;
  if (byUnit.GPU !== undefined)
    return refuse(
      'instanceType',
      `candidate ${name} is served on a GPU alone.`,
      'Choose an instance type with a GPU, ml.g5.xlarge say, where it is allowed.',
    );
  throw new SealabError(
    'JobNotCompleted',
    `Candidate ${name} has no containers that serve it; it is ${described.CandidateStatus ?? 'unknown'}.`,
    {
      remedy: 'Host another one: `await job.candidates()`.',
      details: { name, status: described.CandidateStatus },
    },
  );
}

/** The contract would refuse it too; who reads this cannot choose another image, so it is said what the administrator can do. */
function refuseUnapproved(
  { name }: AutoMLCandidateResult,
  definitions: readonly ContainerDefinition[],
  environment: EnvironmentDescription,
): void {
  const [violation] = findViolations('CreateModel', { Containers: definitions }, environment, 'request').filter(
    ({ control }) => control.match === 'in-registry',
  );
  if (violation === undefined) return;
  const image = String(violation.found);
  const repository = image.replace(/(@sha256)?:[^/:]*$/, '');
  throw new SealabError('SecureFieldConflict', `Candidate ${name} is served by ${image}, which is in no approved registry.`, {
    remedy: `Ask your administrator to approve ${repository} (images of sealab.yaml)${
      definitions.length === 1 ? ', or to copy the image into a registry that is approved: `image` takes the copy' : ''
    }.`,
    details: {
      field: violation.location,
      given: image,
      required: [...environment.imageRegistries],
      missing: repository,
      control: violation.control.id,
    },
  });
}
