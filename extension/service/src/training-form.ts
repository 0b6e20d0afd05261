import { z } from 'zod';
import type { TrainOptions } from '@sealab/sdk';
import { insideFolder } from './notebook-files.ts';

/** As SageMaker's `TrainingJobName`, `EndpointName` and `ModelName`. */
export const ResourceName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 'Use letters, digits and hyphens; start and end with a letter or a digit.');

/** An S3 URI, or a path below the notebook folder. */
const data = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^(s3:\/\/[a-z0-9][a-z0-9.-]+\/?.*|(?![a-z]+:).+)$/, 'Give a file of the notebook folder or an S3 URI (s3://bucket/prefix).');

/** What the training form sends. The panel checks its fields against the JSON Schema of this very object. */
export const TrainingForm = z.strictObject({
  name: ResourceName.optional(),
  /** A Python program below the notebook folder. */
  script: z.string().min(1).max(1024).regex(/\.py$/, 'Choose a Python file (.py).'),
  data: data.optional(),
  framework: z.string().min(1).optional(),
  instanceType: z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/),
  instanceCount: z.int().min(1).max(20).default(1),
  /** GB of disk per instance. */
  volumeSize: z.int().min(1).max(16_384).default(30),
  hyperparameters: z.record(z.string().min(1).max(256), z.string().max(2500)).default({}),
  /** Name → regular expression with one group, matched against the log. */
  metrics: z.record(z.string().min(1).max(255), z.string().min(1).max(500)).default({}),
  network: z.enum(['isolated', 'connected']).default('isolated'),
  /** Seconds. */
  maxRuntime: z.int().min(60).max(2_419_200).default(3600),
});
/** As the form gives it, and as it is after the defaults were filled in. */
export type TrainingFormInput = z.input<typeof TrainingForm>;
export type TrainingForm = z.output<typeof TrainingForm>;

/** Environment variables of a job that remember what the form said, so that it can be cloned. */
export const REMEMBERED = { script: 'SEALAB_SCRIPT', data: 'SEALAB_DATA' } as const;

const isS3 = (uri: string) => uri.startsWith('s3://');

/** Options of `lab.train`. Paths are resolved below the notebook folder and may not leave it. */
export async function trainOptions(form: TrainingForm, folder: string): Promise<TrainOptions> {
  const { script, data, name, framework, ...same } = form;
  return {
    ...same,
    ...(name !== undefined && { name }),
    ...(framework !== undefined && { framework }),
    script: await insideFolder(folder, script),
    ...(data !== undefined && { data: isS3(data) ? data : await insideFolder(folder, data) }),
    environment: { [REMEMBERED.script]: script, ...(data !== undefined && !isS3(data) && { [REMEMBERED.data]: data }) },
  };
}
