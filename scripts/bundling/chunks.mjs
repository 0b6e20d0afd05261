/** What is in the chunk that is loaded first, and what is not. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { replacement } from './less.mjs';

const root = resolve(import.meta.dirname, '../..');
const at = (...parts) => join(root, ...parts);
const COMMAND = /[\\/]dist-es[\\/]commands[\\/]\w+Command\.js$/;

/**
 * Has every module that is loaded later import the first entry, which is there by then. esbuild makes a chunk for what
 * the same modules need; so all that the first entry needs is one, instead of fifty that a cold start would read. What is loaded
 * later waits for the first entry: it may not await, while it is being loaded, something that loads more.
 */
export const afterFirst = (first, later) => ({
  name: 'after-first',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^sealab:first$/ }, () => ({ path: first, sideEffects: true }));
    onLoad({ filter: /\.(ts|js)$/ }, async ({ path }) =>
      later.has(relative(root, path))
        ? { contents: `import 'sealab:first';${await readFile(path, 'utf8')}`, loader: path.endsWith('.ts') ? 'ts' : 'js' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'replaced' }, ({ path }) =>
      later.has(`replaced:${path}`) ? { contents: `import 'sealab:first';${replacement(path)}`, resolveDir: at('sdk') } : undefined,
    );
  },
});

/** Builds what is loaded at first alone. */
export const withoutLater = {
  name: 'without-later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined)),
};

/**
 * Gives the commands that are not sent at first their own copy of the client's shapes: a module goes into one chunk as
 * a whole, and so would all shapes go into the first. What is not used of a copy is dropped.
 */
export const shapesApart = ({ outputs }) => {
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0));
  const sent = new Set(used.filter((path) => COMMAND.test(path)).map((path) => resolve(root, path)));
  const clients = new Set([...sent].map((path) => dirname(path)));
  return {
    name: 'shapes-apart',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\.\/schemas\/schemas_0$/ }, ({ path, importer, resolveDir }) =>
        COMMAND.test(importer) && clients.has(resolveDir) && !sent.has(importer)
          ? { path: resolve(resolveDir, `${path}.js`), suffix: '?later' }
          : undefined,
      ),
  };
};
