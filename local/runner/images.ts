import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PATHS, REPOSITORY } from '../paths.ts';
import { ensurePythonEnvironment, type Progress } from '../toolchain/python.ts';
import { relocateEnvironment, type SandboxImage } from './image-relocation.ts';
import { ensureNotebookImage } from './notebook-instance/root-volume.ts';
import type { Mount } from './sandbox.ts';

const DEFINITIONS = join(REPOSITORY, 'local/runner/images');
const IMAGE = '/opt/image';
const CONTAINER = '/opt/container';
const LAYER = '/opt/venv';
/** A sandbox has no /sys, where joblib counts cores; without a number it warns in every log. */
const CORES = { LOKY_MAX_CPU_COUNT: String(availableParallelism()) };

/**
 * The image that stands for a container image here, by its repository's name:
 * `683313688378.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2` → `sagemaker-scikit-learn`; `undefined` where there is none.
 */
export function imageNameOf(uri: string): string | undefined {
  const name = /(?:^|\/)([a-z0-9][a-z0-9._-]*)(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(uri)?.[1];
  return name !== undefined && containerImages().includes(name) ? name : undefined;
}

/** Names of the images that jobs and endpoints can use here. */
export const containerImages = (): string[] => readdirSync(DEFINITIONS).filter((name) => existsSync(join(DEFINITIONS, name, 'container')));

/** Makes the Python environment of an image (of a container, or `notebook`), unless it is there. */
export async function ensureImage(name: string, onProgress?: Progress): Promise<SandboxImage> {
  if (name === 'notebook') return ensureNotebookImage(onProgress);
  const folder = join(PATHS.images, name);
  // Byte code is made by the first import of a sandbox only where it could be written, and there it could not: compile now.
  await ensurePythonEnvironment(folder, join(DEFINITIONS, name, 'requirements.txt'), onProgress);
  return relocateEnvironment(folder, IMAGE);
}

/** How a container sees its image: read-only, under a thin writable environment for the packages that it installs itself. */
export interface Container {
  readonly image: SandboxImage;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Lays out the writable environment of one container in `folder`. pip sees what the image has and adds to the layer, as
 * it would to a container's own file system.
 */
export function createContainer(name: string, image: SandboxImage, folder: string): Container {
  const container = join(DEFINITIONS, name, 'container');
  rmSync(folder, { recursive: true, force: true });
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const program of readdirSync(join(image.folder, 'bin'))) {
    const path = join(image.folder, 'bin', program);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) symlinkSync(readlinkSync(path), join(bin, program));
    else if (stat.isFile()) copyProgram(path, join(bin, program), stat.mode);
  }
  for (const program of readdirSync(join(container, 'bin'))) cpSync(join(container, 'bin', program), join(bin, program));
  cpSync(join(image.folder, 'pyvenv.cfg'), join(folder, 'pyvenv.cfg'));
  const python = readdirSync(join(image.folder, 'lib')).find((entry) => entry.startsWith('python3')) ?? 'python3';
  const packages = join(folder, 'lib', python, 'site-packages');
  mkdirSync(packages, { recursive: true });
  // addsitedir, and not a bare path: it honours the .pth files of the image's own packages.
  writeFileSync(join(packages, 'image.pth'), `import site; site.addsitedir('${IMAGE}/lib/${python}/site-packages')\n${CONTAINER}\n`);
  return {
    image,
    mounts: [
      { source: container, target: CONTAINER },
      { source: folder, target: LAYER, writable: true },
    ],
    env: {
      PATH: `${LAYER}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      SAGEMAKER_TRAINING_MODULE: trainingModule(container),
      ...CORES,
    },
  };
}

const trainingModule = (container: string): string => {
  const file = readdirSync(container).find((name) => name.endsWith('_training.py'));
  return file === undefined ? '' : `${file.slice(0, -'.py'.length)}:main`;
};

function copyProgram(from: string, to: string, mode: number): void {
  const content = readFileSync(from);
  writeFileSync(to, content.includes(0) ? content : content.toString('utf8').replaceAll(IMAGE, LAYER), { mode });
}
