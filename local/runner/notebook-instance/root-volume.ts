import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from '../images/images.ts';
import type { Mount } from '../sandbox/spec.ts';

const run = promisify(execFile);

export const HOME_INSIDE = '/home/ec2-user';
/** The only folder of an instance that outlives a stop. */
export const VOLUME_INSIDE = `${HOME_INSIDE}/SageMaker`;
export const JUPYTER_SOCKET_FOLDER = '/run/notebook';

/** Folders of the root volume by their place on the host, below `root/`. */
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

export interface RootVolumeOptions {
  /** Folder of the instance. */
  readonly folder: string;
  readonly image: Image;
  readonly resource: { readonly ResourceName: string; readonly ResourceArn: string };
  readonly jupyterConfiguration: object;
  readonly cookieSecret: string;
}

/**
 * The root volume of an instance, as a fresh machine has it: rebuilt at every start, so that only `SageMaker/` persists. It
 * holds a copy of the image's Jupyter environment, because lifecycle scripts and users install into it.
 */
export class RootVolume {
  readonly #options: RootVolumeOptions;

  constructor(options: RootVolumeOptions) {
    this.#options = options;
  }

  async rebuild(): Promise<void> {
    const { image, resource, jupyterConfiguration, cookieSecret } = this.#options;
    await rm(this.#at(), { recursive: true, force: true });
    await Promise.all(Object.keys(FOLDERS).map((name) => mkdir(this.#at(name), { recursive: true })));
    await mkdir(join(this.#options.folder, 'volume'), { recursive: true });
    await mkdir(this.#at('home', 'SageMaker'));
    const environment = this.#at('home', image.prefix.slice(HOME_INSIDE.length + 1));
    await mkdir(dirname(environment), { recursive: true });
    await run('cp', ['-a', '--reflink=auto', this.#imageFolder(), environment]);
    await this.#programs(image.prefix);
    await this.#write('metadata/resource-metadata.json', JSON.stringify(resource));
    await this.#write('profile', PROFILE);
    await this.#write('etc-jupyter/jupyter_server_config.json', JSON.stringify(jupyterConfiguration));
    await this.#write('etc-jupyter/cookie_secret', cookieSecret, 0o600);
    // The announcements ask whether to fetch news from the internet, which cannot be reached.
    await this.#write('etc-jupyter/labconfig/page_config.json', JSON.stringify({ disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } }));
  }

  /** Mounts for root's scripts (`root`: everything writable) or for the user. */
  mounts(user: 'root' | 'ec2-user'): Mount[] {
    const { folder, image } = this.#options;
    return [
      ...image.mounts.filter(({ target }) => target !== image.prefix),
      ...Object.entries(FOLDERS).map(([name, target]) => ({ source: this.#at(name), target, writable: user === 'root' || USERS.includes(name) })),
      { source: join(folder, 'volume'), target: VOLUME_INSIDE, writable: true },
      { source: this.#at('profile'), target: '/etc/profile' },
    ];
  }

  /** The commands that the platform has in its PATH; here they come from the image. */
  async #programs(prefix: string): Promise<void> {
    const wanted = ['aws', ...(existsSync('/usr/bin/python3') ? [] : ['python3'])];
    await Promise.all(wanted.map((name) => symlink(`${prefix}/bin/${name}`, this.#at('bin', name))));
  }

  #imageFolder(): string {
    const { image } = this.#options;
    const mount = image.mounts.find(({ target }) => target === image.prefix);
    if (mount === undefined) throw new Error(`The image ${image.name} has no folder for ${image.prefix}.`);
    return mount.source;
  }

  async #write(name: string, text: string, mode = 0o644): Promise<void> {
    const path = this.#at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    await chmod(path, mode);
  }

  #at(...parts: string[]): string {
    return join(this.#options.folder, 'root', ...parts);
  }
}
