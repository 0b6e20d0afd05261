import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { JupyterClient } from '../../local/start/jupyter-client.ts';
import { openBrowser, openJupyterLab } from './running/browser.ts';
import { connection, home, presignedUrl, uniqueName } from './running/environment.ts';
import { Panel } from './running/panel.ts';
import { servicePid } from './running/start-command.mjs';

const SECONDS = 15;
const TICKS = `
import time
for i in range(${SECONDS}):
    print(f"tick {i}", flush=True)
    time.sleep(1)
`;
const ALL = Array.from({ length: SECONDS }, (_, i) => `tick ${i}`);

/** The panel's service: Deno, in the sandbox whose user folder is this notebook's volume. */
function panelServicePid(): number {
  const volume = fileId(join(home(), 'notebook-instances', connection().notebook, 'volume'));
  const services = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && commandOf(pid).includes('deno\0run') && fileId(`/proc/${pid}/root/home/ec2-user/SageMaker`) === volume,
  );
  expect(services).toHaveLength(1);
  return Number(services[0]);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Ended meanwhile.
    return '';
  }
}

function fileId(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

let browser: Browser;
beforeAll(async () => {
  const jupyter = await JupyterClient.open(await presignedUrl());
  await jupyter.writeFile('journey/ticks.py', Buffer.from(TICKS));
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());

async function expectWhole(panel: Panel, name: string): Promise<void> {
  const view = panel.job(name);
  await view.getByText('Completed', { exact: true }).first().waitFor({ timeout: 90_000 });
  await view.getByText(/lines? · complete/).waitFor();
  const lines = (await view.getByRole('log').innerText()).match(/tick \d+/g);
  expect(lines).toEqual(ALL);
}

describe('the panel follows a job to its end', () => {
  it.each([
    ['its service', panelServicePid],
    ['the gateway', () => servicePid(home(), 'gateway')],
  ])(
    'although %s is killed',
    async (_, pid) => {
      const panel = await Panel.open(await openJupyterLab(browser));
      const name = uniqueName('survives');
      await panel.launch('ticks.py', name);
      await panel.job(name).getByRole('log').getByText('tick 3', { exact: true }).waitFor({ timeout: 60_000 });
      process.kill(pid(), 'SIGKILL');
      await expectWhole(panel, name);
      await panel.page.context().close();
    },
    200_000,
  );

  it('although the browser is killed: the next one lists the job and shows its whole log', async () => {
    const other = await openBrowser();
    const before = await Panel.open(await openJupyterLab(other));
    const name = uniqueName('survives');
    await before.launch('ticks.py', name);
    await before.job(name).getByRole('log').getByText('tick 3', { exact: true }).waitFor({ timeout: 60_000 });
    await other.close();
    const panel = await Panel.open(await openJupyterLab(browser));
    await panel.sidebar.getByText(name).first().click();
    await expectWhole(panel, name);
    await panel.page.context().close();
  }, 200_000);
});
