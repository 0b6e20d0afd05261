import { join } from 'node:path';
import { REPOSITORY, TOOLCHAIN } from '../paths.ts';
import { ensurePythonEnvironment, type Progress } from '../toolchain/python.ts';

const folder = join(TOOLCHAIN, 'mirror');

/** Path of the mirror's own Python; installs it from its hash lock when that is new (about 8 s once a checkout). */
export async function mirrorPython(onProgress?: Progress): Promise<string> {
  await ensurePythonEnvironment(folder, join(REPOSITORY, 'local', 'mirror', 'requirements.txt'), onProgress);
  return join(folder, 'bin', 'python');
}
