import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { JupyterClient } from '../../local/start/jupyter-client.ts';
import { openBrowser, openJupyterLab, picturesInBothThemes } from './running/browser.ts';
import { presignedUrl } from './running/environment.ts';

const CELL = `import { chart } from '@sealab/sdk';
chart({ lines: { loss: [2.1, 1.4, NaN, 1.1], other: [1, 2, 3, 4] } }, { title: 'Two <b>runs</b>', xLabel: 'epoch' })`;

describe('a chart of the SDK in a notebook', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const jupyter = await JupyterClient.open(await presignedUrl());
    const { kernelspecs } = (await jupyter.request('GET', '/api/kernelspecs')) as {
      kernelspecs: Record<string, { spec: { language: string; display_name: string } }>;
    };
    const [name, { spec }] = Object.entries(kernelspecs).find(([, one]) => one.spec.language === 'typescript') ?? ['', { spec: undefined }];
    const notebook = {
      cells: [{ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source: CELL }],
      metadata: { kernelspec: { name, display_name: spec?.display_name ?? name }, language_info: { name: 'typescript' } },
      nbformat: 4,
      nbformat_minor: 4,
    };
    await jupyter.writeFile('journey/chart.ipynb', Buffer.from(JSON.stringify(notebook)));
    browser = await openBrowser();
    page = await openJupyterLab(browser);
    await page.goto(new URL('/lab/tree/journey/chart.ipynb', page.url()).href);
  }, 90_000);
  afterAll(() => browser.close());

  it('is drawn by the panel with Observable Plot, in the colours of the theme', async () => {
    const cell = page.locator('.jp-Notebook .jp-CodeCell').first();
    const figure = cell.locator('.jp-OutputArea-output figure[class^="plot"]');
    const drawing = figure.locator('svg[aria-label^="Two <b>runs</b>"]');
    while (!(await drawing.isVisible())) {
      // JupyterLab drops a cell that is run before its kernel's session is there; a person runs it again.
      if (!/\[[*\d]+\]/.test(await cell.locator('.jp-InputPrompt').innerText())) {
        await cell.click();
        await page.keyboard.press('Shift+Enter');
      }
      await page.waitForTimeout(1_000);
    }
    expect(await figure.innerText()).toMatch(/Two <b>runs<\/b>[^]*loss[^]*other/);
    // A gap where a value is not finite: two strokes for `loss`.
    const loss = figure.locator('g[aria-label="line"] path').first();
    expect((await loss.getAttribute('d'))?.match(/M/g)).toHaveLength(2);
    await picturesInBothThemes(page, 'chart');
  }, 120_000);
});
