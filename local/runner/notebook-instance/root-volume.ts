import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PATHS, REPOSITORY } from '../../paths.ts';
import { ensurePythonEnvironment, type Progress } from '../../toolchain/python.ts';
import { relocateEnvironment, type SandboxImage } from '../image-relocation.ts';
import type { Mount } from '../sandbox.ts';

const HOME_INSIDE = '/home/ec2-user';
/** The only folder of an instance that outlives a stop. */
export const VOLUME_INSIDE = `${HOME_INSIDE}/SageMaker`;
const JUPYTER_PREFIX_IN_HOME = 'anaconda3/envs/JupyterSystemEnv';
/** Where the platform keeps the environment that runs JupyterLab. */
export const JUPYTER_PREFIX = `${HOME_INSIDE}/${JUPYTER_PREFIX_IN_HOME}`;

/** Where instances see the image: packages stay there, read-only and shared. */
const IMAGE_INSIDE = '/opt/notebook-image';

/** Folders of the root volume, by their name below `root/` on the host. */
const FOLDERS = {
  home: HOME_INSIDE,
  'opt-sealab': '/opt/sealab',
  metadata: '/opt/ml/metadata',
  'etc-sealab': '/etc/sealab',
  'etc-jupyter': '/etc/jupyter',
  'profile.d': '/etc/profile.d',
  log: '/var/log',
  bin: '/usr/local/bin',
} as const;
/** What the user of the notebook may write; root may write everything. */
const USERS: readonly string[] = ['home'];

/** Login shells read this; JupyterLab is started by one, as on the platform. */
const PROFILE = `for script in /etc/profile.d/*.sh; do [ -r "$script" ] && . "$script"; done
unset script
`;

/** Builds the image that every root volume starts from, unless it is there. */
export async function ensureNotebookImage(onProgress?: Progress): Promise<SandboxImage> {
  const folder = join(PATHS.images, 'notebook');
  await ensurePythonEnvironment(folder, join(REPOSITORY, 'local/runner/images/notebook/requirements.txt'), onProgress);
  return relocateEnvironment(folder, JUPYTER_PREFIX);
}

export interface RootVolumeContent {
  readonly resource: { readonly ResourceName: string; readonly ResourceArn: string };
  readonly jupyterConfiguration: object;
  readonly cookieSecret: string;
}

/**
 * The root volume of an instance, as a fresh machine has it: rebuilt at every start, so that only `SageMaker/` persists.
 *
 * Lifecycle scripts and users install into the environment that runs JupyterLab, so each instance has its own; but only a thin
 * one over the image, because a copy of its 36,000 files takes up to 20 s. What is installed goes to the thin one and wins.
 */
export class RootVolume {
  readonly #folder: string;

  constructor(instanceFolder: string) {
    this.#folder = instanceFolder;
  }

  /** The instance's own environment. */
  get image(): SandboxImage {
    return { folder: this.#at('home', JUPYTER_PREFIX_IN_HOME), mountPoint: JUPYTER_PREFIX, writable: true };
  }

  async rebuild({ resource, jupyterConfiguration, cookieSecret }: RootVolumeContent): Promise<void> {
    const { folder } = await ensureNotebookImage();
    await rm(this.#at(), { recursive: true, force: true });
    await Promise.all(Object.keys(FOLDERS).map((name) => mkdir(this.#at(name), { recursive: true })));
    await mkdir(join(this.#folder, 'volume'), { recursive: true });
    await mkdir(this.#at('home', 'SageMaker'));
    await this.#environment(folder);
    // Commands that the platform has in its PATH come from the image here.
    const commands = ['aws', ...(existsSync('/usr/bin/python3') ? [] : ['python3'])];
    await Promise.all(commands.map((name) => symlink(`${JUPYTER_PREFIX}/bin/${name}`, this.#at('bin', name))));
    await this.#write('metadata/resource-metadata.json', JSON.stringify(resource));
    await this.#write('profile', PROFILE);
    await this.#write('etc-jupyter/jupyter_server_config.json', JSON.stringify(jupyterConfiguration));
    await this.#write('etc-jupyter/cookie_secret', cookieSecret, 0o600);
    // The announcements ask whether to fetch news from the internet, which cannot be reached.
    const pageConfiguration = { disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } };
    await this.#write('etc-jupyter/labconfig/page_config.json', JSON.stringify(pageConfiguration));
  }

  /** Mounts for root's scripts (everything writable) or for the user. */
  mounts(user: 'root' | 'ec2-user'): Mount[] {
    return [
      ...Object.entries(FOLDERS).map(([name, target]) => ({
        source: this.#at(name),
        target,
        writable: user === 'root' || USERS.includes(name),
      })),
      { source: join(this.#folder, 'volume'), target: VOLUME_INSIDE, writable: true },
      { source: this.#at('profile'), target: '/etc/profile' },
      { source: join(PATHS.images, 'notebook'), target: IMAGE_INSIDE },
    ];
  }

  /** A virtual environment whose packages are the image's: `pip` sees them as installed, and never changes them. */
  async #environment(image: string): Promise<void> {
    const thin = this.image.folder;
    await mkdir(thin, { recursive: true });
    const copied = (await readdir(image)).filter((name) => name !== 'lib' && name !== 'lib64');
    const lab = join(image, 'share', 'jupyter', 'lab');
    const filter = (source: string): boolean => source !== lab;
    await Promise.all(copied.map((name) => cp(join(image, name), join(thin, name), { recursive: true, verbatimSymlinks: true, filter })));
    await symlink(`${IMAGE_INSIDE}/share/jupyter/lab`, join(thin, 'share', 'jupyter', 'lab'));
    const [version = ''] = await readdir(join(image, 'lib'));
    const packages = join('lib', version, 'site-packages');
    await mkdir(join(thin, packages), { recursive: true });
    await symlink('lib', join(thin, 'lib64'));
    await writeFile(join(thin, packages, 'image.pth'), `${join(IMAGE_INSIDE, packages)}\n`);
  }

  async #write(name: string, text: string, mode = 0o644): Promise<void> {
    const path = this.#at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, mode);
  }

  #at(...parts: string[]): string {
    return join(this.#folder, 'root', ...parts);
  }
}
