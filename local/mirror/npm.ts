import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HOME } from '../paths.ts';
import type { Approved } from './approved.ts';

const run = promisify(execFile);

interface Manifest {
  readonly version: string;
  readonly dist: { readonly tarball: string; readonly integrity?: string };
}

/** npm orders versions; the approved ones are few, and plain numbers decide which is `latest`. */
const byVersion = (a: string, b: string) => a.localeCompare(b, undefined, { numeric: true });

/**
 * The approved npm packages, fetched by this machine's own npm and therefore from the registry, through the proxy and with the
 * certificates that it is configured with. Published versions never change, so what was fetched once is kept.
 */
export class NpmPackages {
  readonly #folder = join(HOME, 'mirror', 'npm');
  readonly #approved: Approved;
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(approved: Approved) {
    this.#approved = approved;
  }

  /** The package document with nothing but approved versions, or `undefined` when none is. `base` is where tarballs are fetched. */
  async document(name: string, base: string): Promise<object | undefined> {
    const versions = [...(this.#approved.get(name) ?? [])].sort(byVersion);
    const latest = versions.at(-1);
    if (latest === undefined) return undefined;
    const manifests = await Promise.all(versions.map((version) => this.#manifest(name, version, base)));
    return { name, 'dist-tags': { latest }, versions: Object.fromEntries(manifests.map((manifest) => [manifest.version, manifest])) };
  }

  /** Path of the tarball `file` (`zod-4.6.7.tgz`) of an approved version, or `undefined`. */
  async tarball(name: string, file: string): Promise<string | undefined> {
    const short = name.slice(name.lastIndexOf('/') + 1);
    const version = [...(this.#approved.get(name) ?? [])].find((approved) => file === `${short}-${approved}.tgz`);
    return version === undefined ? undefined : this.#kept(name, version, 'package.tgz', (folder) => this.#pack(name, version, folder));
  }

  async #manifest(name: string, version: string, base: string): Promise<Manifest> {
    const path = await this.#kept(name, version, 'manifest.json', async (folder) => {
      const { stdout } = await run('npm', ['view', `${name}@${version}`, '--json', '--loglevel=error'], {
        cwd: folder,
        maxBuffer: 1 << 26,
      });
      await writeFile(join(folder, 'manifest.json'), stdout);
    });
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    const short = name.slice(name.lastIndexOf('/') + 1);
    return { ...manifest, dist: { ...manifest.dist, tarball: `${base}${name}/-/${short}-${version}.tgz` } };
  }

  /** npm checks the integrity of what it packs; `--ignore-scripts` because nothing of a package may run here. */
  async #pack(name: string, version: string, folder: string): Promise<void> {
    const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--ignore-scripts', '--json', '--loglevel=error'], { cwd: folder });
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    await rename(join(folder, packed.filename), join(folder, 'package.tgz'));
  }

  /** A file of a version's folder, made once; makers write into a folder of their own that is moved when whole. */
  #kept(name: string, version: string, file: string, make: (folder: string) => Promise<void>): Promise<string> {
    const place = join(this.#folder, `${name.replace('/', '+')}@${version}`, file);
    const known = this.#underWay.get(place);
    if (known !== undefined) return known;
    const made = this.#make(place, file, make).catch((error: unknown) => {
      this.#underWay.delete(place);
      throw error;
    });
    this.#underWay.set(place, made);
    return made;
  }

  async #make(place: string, file: string, make: (folder: string) => Promise<void>): Promise<string> {
    const there = await readFile(place).then(
      () => true,
      () => false,
    );
    if (there) return place;
    const partial = `${place}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await make(partial);
    await rename(join(partial, file), place);
    await rm(partial, { recursive: true, force: true });
    return place;
  }
}
