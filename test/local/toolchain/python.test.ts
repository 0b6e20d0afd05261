import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensurePythonEnvironment,
  environmentPython,
  findPython,
  isEnvironmentCurrent,
  ToolchainError,
} from '../../../local/toolchain/python.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-toolchain-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const lock = (text: string): string => {
  const path = join(folder, 'requirements.txt');
  writeFileSync(path, text);
  return path;
};

describe('a Python environment', () => {
  it('is made once, also when several ask at once, and again when its lock changes', async () => {
    const place = join(folder, 'environment');
    const empty = lock('# nothing\n');
    const [one, two] = await Promise.all([ensurePythonEnvironment(place, empty), ensurePythonEnvironment(place, empty)]);
    expect(one).toBe(environmentPython(place));
    expect(two).toBe(one);
    expect(isEnvironmentCurrent(place, empty)).toBe(true);
    expect(isEnvironmentCurrent(place, lock('# something else\n'))).toBe(false);
  }, 60_000);
  it('is not made from packages without hashes', async () => {
    const place = join(folder, 'unpinned');
    await expect(ensurePythonEnvironment(place, lock('six==1.17.0\n'))).rejects.toThrow(/pip could not install .*: ERROR/);
    expect(isEnvironmentCurrent(place, join(folder, 'requirements.txt'))).toBe(false);
    expect(existsSync(`${place}.lock`)).toBe(false);
  }, 60_000);
  it('needs a recent Python, and says so in one sentence', async () => {
    const before = process.env['SEALAB_PYTHON'];
    process.env['SEALAB_PYTHON'] = '/bin/false';
    try {
      await expect(findPython()).rejects.toThrow(
        new ToolchainError('Python 3.11 or newer was not found: install the package python3, or set SEALAB_PYTHON to its path.'),
      );
    } finally {
      if (before === undefined) delete process.env['SEALAB_PYTHON'];
      else process.env['SEALAB_PYTHON'] = before;
    }
  });
});
