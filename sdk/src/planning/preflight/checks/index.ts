import type { PreflightCheck } from '../check.ts';
import { endpoints } from './endpoints.ts';
import { image } from './image.ts';
import { input } from './input.ts';
import { key } from './key.ts';
import { localInput } from './local-input.ts';
import { name } from './name.ts';
import { output } from './output.ts';
import { packages } from './packages.ts';
import { quota } from './quota.ts';
import { role } from './role.ts';
import { subnets } from './subnets.ts';
import { upload } from './upload.ts';

/** Every check before a submission. */
export const CHECKS: readonly PreflightCheck[] = [
  role,
  key,
  subnets,
  endpoints,
  image,
  quota,
  localInput,
  input,
  upload,
  output,
  name,
  packages,
];
