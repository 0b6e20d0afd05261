/** A browser to look at JupyterLab with: the one in PATH, else the one from npm, which needs no root and brings its libraries. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const TOOLCHAIN = resolve(import.meta.dirname, '../../../.sealab/toolchain');
const ARGUMENTS = ['--no-sandbox', '--disable-gpu'];

/** Unpacks the browser from npm, once a checkout: never in /tmp, where another user's file of that name would be run. */
function unpacked() {
  const manifest = join(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '../../../package.json');
  const place = join(TOOLCHAIN, `browser-${JSON.parse(readFileSync(manifest, 'utf8')).version}`);
  if (existsSync(place)) return place;
  mkdirSync(TOOLCHAIN, { recursive: true });
  const draft = mkdtempSync(`${place}.`);
  // It unpacks into the temporary folder; its libraries only where it believes to be a Lambda function.
  const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const unpack = "const { default: browser } = await import('@sparticuz/chromium'); await browser.executablePath();";
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', unpack], {
    cwd: import.meta.dirname,
    env,
    encoding: 'utf8',
  });
  if (status === 0 && !existsSync(place)) renameSync(draft, place);
  else rmSync(draft, { recursive: true, force: true });
  if (!existsSync(place)) throw new Error(`The browser from npm could not be unpacked to ${place}: ${stderr.trim().split('\n').at(-1)}`);
  return place;
}

/** How to launch the browser with Playwright. */
export async function browserProgram() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const executablePath = (process.env.PATH ?? '')
      .split(':')
      .map((folder) => join(folder, name))
      .find(existsSync);
    if (executablePath !== undefined) return { executablePath, args: ARGUMENTS };
  }
  const place = unpacked();
  const executablePath = join(place, 'chromium');
  const starts = (env) => spawnSync(executablePath, ['--version'], { env }).status === 0;
  const { PATH, HOME } = process.env;
  const ways = [
    { PATH, HOME },
    { PATH, HOME, LD_LIBRARY_PATH: join(place, 'al2023/lib'), FONTCONFIG_PATH: join(place, 'fonts') },
  ];
  const env = ways.find(starts);
  if (env === undefined) throw new Error('No browser starts on this machine: install the package chromium.');
  return { executablePath, args: ARGUMENTS, env };
}

export const launchBrowser = async () => chromium.launch(await browserProgram());
