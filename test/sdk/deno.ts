import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Deno as a notebook gets it, out of the wheel that the build downloads: unpacked into a folder. Returns the program's path. */
export function deno(folder: string): string {
  const wheelhouse = resolve(import.meta.dirname, '../../.sealab/toolchain/wheelhouse');
  const wheel = existsSync(wheelhouse) ? readdirSync(wheelhouse).find((name) => name.startsWith('deno-')) : undefined;
  if (wheel === undefined) throw new Error('There is no wheel of Deno: run npm run build.');
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.extract(next(n for n in z.namelist() if n.endswith("/deno")), sys.argv[2]))';
  const path = execFileSync('python3', ['-c', script, join(wheelhouse, wheel), folder], { encoding: 'utf8' }).trim();
  execFileSync('chmod', ['+x', path]);
  return path;
}
