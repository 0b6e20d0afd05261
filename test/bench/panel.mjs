/** Seconds from JupyterLab's own shell to the panel with the environment's seal and its lists, in fresh loads of the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostClientConfig } from '../../local/dist/deploy/index.js';
import { asDataScientist, notebookUrl } from '../../local/dist/start/notebook.js';
import { launchBrowser } from '../journeys/running/browser-program.mjs';

const RUNS = 7;

/** Runs in the page before anything else: notes when the shell and when the panel's data are to be seen. */
function watch() {
  const seen = { shell: undefined, data: undefined };
  window.sealabBench = seen;
  const look = () => {
    const now = performance.now();
    if (seen.shell === undefined && (document.querySelector('#jp-main-dock-panel')?.offsetWidth ?? 0) > 0) seen.shell = now;
    const word = document.querySelector('.jp-Sealab-bigSealText strong')?.textContent ?? '';
    const lists = document.querySelectorAll('#sealab-sidebar .jp-Sealab-lines').length;
    if (/^(Sealed|Broken|Not verified)$/.test(word) && lists > 0) seen.data = now;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export async function timePanel({ home }) {
  const { endpointUrl, caFile, region, administrator, roles, notebook } = JSON.parse(readFileSync(join(home, 'connection.json'), 'utf8'));
  const clients = hostClientConfig({ endpointUrl, caFile, region, credentials: administrator });
  const url = await notebookUrl(await asDataScientist(clients, roles['data-scientist']), notebook);
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto(url);
    // From a layout that nobody has touched.
    await page.goto(new URL('/lab?reset', page.url()).href);
    await page.locator('[data-id="sealab-sidebar"]').click();
    await page.locator('#sealab-sidebar .jp-Sealab-lines').first().waitFor();
    // JupyterLab remembers its layout a moment later.
    await page.waitForTimeout(3000);
    await page.addInitScript(watch);
    const seconds = [];
    for (let run = 0; run <= RUNS; run++) {
      await page.goto(new URL('/lab', page.url()).href);
      await page.waitForFunction(() => window.sealabBench?.data !== undefined && window.sealabBench.shell !== undefined);
      const { shell, data } = await page.evaluate(() => window.sealabBench);
      if (run > 0) seconds.push(Math.max(0.001, (data - shell) / 1000));
    }
    return seconds;
  } finally {
    await browser.close();
  }
}
