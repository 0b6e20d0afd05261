import { ROLE_PURPOSES } from './environment.ts';
import type { EnvironmentDescription, RolePurpose } from './environment.ts';
import { PACKED_CODE, PIPELINE_OUTPUTS } from './places.ts';

/** A bucket of the project, or what lies below a prefix in it. */
export type ObjectPlace = readonly [bucket: 'data' | 'model' | 'artifacts', prefix?: string];

/** A purpose that is left out has no such right. */
type ByPurpose<Right> = { readonly [Purpose in RolePurpose]?: readonly Right[] };

const LAUNCHES = ['job-execution', 'pipeline-execution'] as const;
const HOSTS = ['endpoint-hosting'] as const;

/**
 * Execution roles that a role may hand to SageMaker (`iam:PassRole`); with one comes the right to have SageMaker encrypt
 * volumes for it. The deployment's grants are made from these tables, and the pre-flight answers from them where IAM cannot be asked.
 */
export const MAY_PASS = {
  'data-scientist': LAUNCHES,
  'notebook-execution': LAUNCHES,
  'project-administrator': [...LAUNCHES, ...HOSTS],
  'pipeline-execution': ['job-execution', 'endpoint-hosting'],
  'endpoint-creation': HOSTS,
  'notebook-creation': ['notebook-execution'],
  launch: ['notebook-execution'],
} as const satisfies ByPurpose<RolePurpose>;

/** Objects that people and their notebooks work with; releases and the environment document are the administrator's. */
const WORK = [['data'], ['model'], ['artifacts', `${PACKED_CODE}/`]] as const;

const READABLE = [['data'], ['model'], ['artifacts']] as const;

/** Objects that a role may read, with the storage key. */
export const MAY_READ = {
  'data-scientist': READABLE,
  'notebook-execution': READABLE,
  'project-administrator': READABLE,
  'job-execution': READABLE,
  'endpoint-hosting': [['model']],
  // The files that conditions look at.
  'pipeline-execution': [['model', `${PIPELINE_OUTPUTS}/`]],
  'model-approval': [['model']],
} as const satisfies ByPurpose<ObjectPlace>;

/** Objects that a role may write, with the storage key. */
export const MAY_WRITE = {
  'data-scientist': WORK,
  'notebook-execution': WORK,
  'project-administrator': WORK,
  'job-execution': [['model']],
  'endpoint-hosting': [['model']],
} as const satisfies ByPurpose<ObjectPlace>;

/** The purpose of a role of the environment document; `undefined` for a role that is not in it. */
export function purposeOf(roleArn: string, { roles }: EnvironmentDescription): RolePurpose | undefined {
  const name = Object.entries(roles)
    .find(([, arn]) => arn === roleArn)?.[0]
    .toLowerCase();
  return ROLE_PURPOSES.find((purpose) => purpose.replaceAll('-', '') === name);
}
