import { copyFile, link, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts the content of several folders into a new one. Where two have a file of the same name, the first one's stays. Links are taken
 * as links: what containers left is never followed.
 */
export async function mergeFolders(folders: readonly string[], target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  // Only this function makes folders in the target, so that nothing in it leads elsewhere.
  const made = new Set<string>(['']);
  const taken = new Set<string>();
  const merge = async (source: string, below: string): Promise<void> => {
    for (const entry of await readdir(join(source, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) {
        if (taken.has(path)) continue;
        if (!made.has(path)) await mkdir(join(target, path));
        made.add(path);
        await merge(source, path);
        continue;
      }
      if (taken.has(path) || made.has(path)) continue;
      taken.add(path);
      if (entry.isSymbolicLink()) await symlink(await readlink(join(source, path)), join(target, path));
      else if (entry.isFile())
        await link(join(source, path), join(target, path)).catch(() => copyFile(join(source, path), join(target, path)));
    }
  };
  for (const folder of folders) await merge(folder, '');
}
