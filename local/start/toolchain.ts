import { join } from 'node:path';
import { mirrorPython } from '../mirror/python.ts';
import { PATHS, REPOSITORY } from '../paths.ts';
import { containerImages, ensureImage } from '../runner/images.ts';
import { ensureNotebookImage } from '../runner/notebook-instance/root-volume.ts';
import { tunerPython } from '../tuner/optimiser.ts';
import { endInstallations, ensurePythonEnvironment } from '../toolchain/python.ts';

export { endInstallations };

/** Python environments that must be there before anything starts: made once, from hash-pinned locks, side by side. */
export async function ensureToolchain(tell: (text: string) => void): Promise<void> {
  await Promise.all([
    ensurePythonEnvironment(PATHS.servicesPython, join(REPOSITORY, 'local/moto/requirements.txt'), tell),
    mirrorPython(tell),
    tunerPython(tell),
    ...containerImages().map((name) => ensureImage(name, tell)),
    ensureNotebookImage(tell),
  ]).catch(async (error: unknown) => {
    // The others go on otherwise, behind a command that has ended.
    await endInstallations();
    throw error;
  });
}
