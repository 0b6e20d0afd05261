import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { endInstallations, ensurePythonEnvironment, isEnvironmentCurrent } from '../../local/toolchain/python.ts';
import { BareMachine, ROOT } from './bare-machine.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-interrupt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runs = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

describe('Ctrl-C while a step runs programs', () => {
  const pidFile = join(folder, 'pid');
  it.each([
    ['ends them with what they started', 'sleep 60 & echo $! > "$0"; wait'],
    ['ends them by force when they do not listen', 'trap "" TERM; sleep 60 & echo $! > "$0"; while :; do wait; done'],
  ])(
    '%s',
    async (_name, script) => {
      rmSync(pidFile, { force: true });
      const command = `
        import { endOnInterrupt, program } from ${JSON.stringify(join(ROOT, 'scripts/programs.mjs'))};
        endOnInterrupt();
        await program('sh', ['-c', ${JSON.stringify(script)}, ${JSON.stringify(pidFile)}]);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', command], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const ended = new Promise<number | null>((done) => child.once('close', done));
      await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
      const below = Number(readFileSync(pidFile, 'utf8'));
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(said).toBe('\nStopped.\n');
      expect(runs(below)).toBe(false);
    },
    15_000,
  );
});

describe('a Python environment', () => {
  const before = process.env['SEALAB_PYTHON'];
  let machine: BareMachine | undefined;
  afterEach(() => {
    machine?.remove();
    if (before === undefined) delete process.env['SEALAB_PYTHON'];
    else process.env['SEALAB_PYTHON'] = before;
  });
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, '# nothing\n');

  it('whose making is cut off leaves no process and no lock, and is made by the next', async () => {
    const place = join(folder, 'cut-off');
    machine = new BareMachine([]);
    const slow = machine.write(
      'slow-python',
      `[ "$1" = -m ] && { mkdir -p ${place}; echo $$ > ${folder}/venv; exec sleep 60; }; exec false`,
    );
    process.env['SEALAB_PYTHON'] = machine.write('python-of-tests', `[ "$1" = -I ] && { echo ${slow} True True; exit; }`);
    const making = ensurePythonEnvironment(place, requirements);
    const refused = expect(making).rejects.toThrow(/cannot make a virtual environment/);
    await until(() => existsSync(join(folder, 'venv')) && readFileSync(join(folder, 'venv'), 'utf8') !== '');
    await endInstallations();
    await refused;
    expect(runs(Number(readFileSync(join(folder, 'venv'), 'utf8')))).toBe(false);
    expect(readdirSync(folder)).not.toContain('cut-off.lock');
    expect(isEnvironmentCurrent(place, requirements)).toBe(false);

    delete process.env['SEALAB_PYTHON'];
    await ensurePythonEnvironment(place, requirements);
    expect(isEnvironmentCurrent(place, requirements)).toBe(true);
  }, 60_000);

  it('that the distribution cannot make is refused with its reason and the package', async () => {
    const place = join(folder, 'refused');
    machine = new BareMachine([]);
    const reason = 'The virtual environment was not created successfully because ensurepip is not available.';
    const debian = machine.write('debian-python', `echo '${reason}'; exit 1`);
    process.env['SEALAB_PYTHON'] = machine.write('python-of-tests', `echo ${debian} True True`);
    await expect(ensurePythonEnvironment(place, requirements)).rejects.toThrow(
      /ensurepip is not available\.\): install the package python3-venv\.$/,
    );
    expect(existsSync(`${place}.lock`)).toBe(false);
  });
});
