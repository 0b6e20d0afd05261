import { SealabError } from '../contract/index.ts';
import { refuseUnknown, wholeNumber } from '../jobs/options.ts';
import type { PackedSource } from '../source/pack.ts';
import type { Hyperparameter, TrainOptions } from './api.ts';
import { CODE_ARCHIVE, CODE_CHANNEL } from './program.ts';

/** As the training toolkit reads values: JSON, one by one. */
const json = (value: unknown): string => JSON.stringify(value);
/** As an image without the toolkit reads them: text. */
const plain = (value: Hyperparameter): string => (typeof value === 'string' ? value : json(value));

/** How a value of the caller's is written, for a script or for an image that has none. */
export const encodingOf = (packed: PackedSource | undefined): ((value: Hyperparameter) => string) => (packed === undefined ? plain : json);

/** A value as it was before `encodingOf`; the text itself where it is no JSON. */
export function decoded(text: string): Hyperparameter {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : (value as Hyperparameter);
  } catch {
    return text;
  }
}

/**
 * The caller's hyperparameters, and with a script what the training toolkit needs to find and start it.
 *
 * @param jobName of a single job; the jobs of a tuning job have names of their own
 */
export function hyperparametersOf(
  { hyperparameters = {}, distribution }: Pick<TrainOptions, 'hyperparameters' | 'distribution'>,
  packed: PackedSource | undefined,
  { region, instanceType, jobName }: { region: string; instanceType: string | undefined; jobName?: string },
): { HyperParameters?: Record<string, string> } {
  const encode = encodingOf(packed);
  const own = Object.fromEntries(Object.entries(hyperparameters).map(([name, value]) => [name, encode(value)]));
  if (packed === undefined) return Object.keys(own).length === 0 ? {} : { HyperParameters: own };
  const toolkit: Record<string, unknown> = {
    sagemaker_program: packed.program,
    sagemaker_submit_directory: `/opt/ml/input/data/${CODE_CHANNEL}/${CODE_ARCHIVE}`,
    sagemaker_container_log_level: 20,
    ...(jobName === undefined ? {} : { sagemaker_job_name: jobName }),
    sagemaker_region: region,
    ...distributionParameters(distribution, instanceType),
  };
  return { HyperParameters: { ...own, ...Object.fromEntries(Object.entries(toolkit).map(([name, value]) => [name, json(value)])) } };
}

/** Names as in sagemaker-training (`params.py`) and the SageMaker Python SDK (`Framework._distribution_configuration`). */
function distributionParameters(distribution: TrainOptions['distribution'], instanceType: string | undefined): Record<string, unknown> {
  if (distribution === undefined) return {};
  if (distribution === 'torch_distributed')
    return { sagemaker_torch_distributed_enabled: true, ...(instanceType === undefined ? {} : { sagemaker_instance_type: instanceType }) };
  if (distribution !== 'mpi' && (typeof distribution !== 'object' || typeof distribution.mpi !== 'object')) {
    throw new SealabError('InvalidInput', `distribution: ${JSON.stringify(distribution)} is not known.`, {
      remedy: "Use 'torch_distributed', 'mpi' or { mpi: { processesPerHost } }.",
      details: { field: 'distribution', given: distribution },
    });
  }
  const { processesPerHost, options = '' } = distribution === 'mpi' ? {} : distribution.mpi;
  if (distribution !== 'mpi') {
    refuseUnknown('distribution', distribution, { mpi: true });
    refuseUnknown('distribution.mpi', distribution.mpi, { processesPerHost: true, options: true });
  }
  return {
    sagemaker_mpi_enabled: true,
    ...(processesPerHost === undefined
      ? {}
      : { sagemaker_mpi_num_of_processes_per_host: wholeNumber('distribution.mpi.processesPerHost', processesPerHost, 1, 1_024) }),
    sagemaker_mpi_custom_mpi_options: options,
  };
}
