import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { JupyterClient } from '../../local/start/jupyter-client.ts';
import { openBrowser, openJupyterLab, picture, picturesInBothThemes } from './running/browser.ts';
import { creditData, trainingScript } from './running/credit-data.ts';
import { presignedUrl, uniqueName } from './running/environment.ts';
import { Panel } from './running/panel.ts';

const HOSTILE = `
import time
print("<img src=x onerror='window.pwned=1'><b>bold</b>", flush=True)
print("\\x1b[31mred\\x1b[0m and \\x1b]0;title\\x07 done", flush=True)
print("<script>window.pwned = 2</script>", flush=True)
`;
const ROWS = [
  '20000,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0',
  '500000,1,1,2,45,-1,-1,-1,-1,-1,-1,900,900,900,900,900,900,900,900,900,900,900,900',
];

let browser: Browser;
let page: Page;
const errors: string[] = [];
let panel: Panel;

beforeAll(async () => {
  const jupyter = await JupyterClient.open(await presignedUrl());
  const data = creditData();
  const files = { 'train.py': trainingScript(), [data.name]: data.content, 'hostile.py': Buffer.from(HOSTILE) };
  for (const [name, content] of Object.entries(files)) await jupyter.writeFile(`journey/${name}`, content);
  browser = await openBrowser();
  page = await openJupyterLab(browser);
  page.on('pageerror', (error) => errors.push(error.message));
  panel = await Panel.open(page);
}, 120_000);
afterAll(async () => {
  await picture(page, 'last').catch(() => undefined);
  await browser.close();
});

describe('the panel in JupyterLab', () => {
  const name = uniqueName('credit');

  it('meets the eye with the seal of the environment, and opens to its checks', async () => {
    const seal = panel.sidebar.getByRole('region', { name: 'Environment' }).getByRole('button').first();
    await seal.getByText(/^(Sealed|Broken|Not verified)$/).waitFor();
    await seal.click();
    await picturesInBothThemes(page, 'overview');
    expect(await seal.innerText()).toMatch(/Sealed\s+all \d+ checks hold/);
    await seal.click();
  }, 60_000);

  it('shows the security fields of a new job, locked, each with why', async () => {
    await panel.sidebar.getByRole('button', { name: 'New training job' }).click();
    const secured = page.getByRole('region', { name: 'Secured by the environment' });
    await secured.getByRole('listitem').first().waitFor();
    for (const title of [
      'Private subnets',
      'Security groups',
      'Volume key',
      'Output key',
      'Execution role',
      'No network in the container',
    ]) {
      const line = secured.getByRole('listitem').filter({ hasText: title });
      expect(await line.count()).toBe(1);
      expect((await line.locator('.jp-Sealab-hint').innerText()).length).toBeGreaterThan(20);
      expect(await line.getByRole('textbox').count()).toBe(0);
    }
  }, 60_000);

  it('launches a training job from the form', async () => {
    const data = creditData();
    await panel.launch('train.py', name, async () => {
      await panel.field('Training data').fill(`journey/${data.name}`);
      await page.getByRole('button', { name: 'Add to hyperparameters' }).click();
      await page.getByLabel('Name 1', { exact: true }).fill('max-iter');
      await page.getByLabel('max-iter', { exact: true }).fill('60');
      await page.getByRole('button', { name: 'Add to metrics' }).click();
      await page.getByLabel('Metric 1', { exact: true }).fill('validation:auc');
      await page.getByLabel('validation:auc', { exact: true }).fill('validation:auc=([0-9.]+)');
      await picturesInBothThemes(page, 'form');
    });
  }, 60_000);

  it('follows it: status, live log, metrics, seal', async () => {
    const view = panel.job(name);
    await view
      .getByRole('log')
      .getByText(/^rows=\d+/)
      .waitFor({ timeout: 90_000 });
    await view.getByText('Completed', { exact: true }).first().waitFor({ timeout: 120_000 });
    await view.getByText(/lines? · complete/).waitFor();
    const auc = Number(await view.locator('figure', { hasText: 'validation:auc' }).locator('strong').innerText());
    expect(auc).toBeGreaterThan(0.75);
    await view.locator('figure svg').first().waitFor();
    await view.getByRole('button', { name: /^Sealed/ }).waitFor();
    await picturesInBothThemes(page, 'job');
  }, 250_000);

  it('deploys the model, predicts from the test box, and removes the endpoint', async () => {
    await panel.job(name).getByRole('button', { name: 'Deploy to endpoint' }).click();
    const endpoint = page.getByRole('article', { name: /^Endpoint / });
    await endpoint.getByText('In service', { exact: true }).waitFor({ timeout: 120_000 });
    await endpoint.getByLabel('Rows (CSV)').fill(ROWS.join('\n'));
    await endpoint.getByRole('button', { name: 'Send' }).click();
    const table = endpoint.getByRole('table', { name: 'Predictions' });
    await table.waitFor();
    const risks = (await table.locator('tbody tr td:nth-child(2)').allInnerTexts()).map(Number);
    expect(risks).toHaveLength(2);
    for (const risk of risks) expect(risk >= 0 && risk <= 1).toBe(true);
    // Two months late against always on time.
    expect(risks[0]).toBeGreaterThan(risks[1] ?? 1);
    await endpoint.getByRole('button', { name: /^Sealed/ }).waitFor();
    await picturesInBothThemes(page, 'endpoint');
    await endpoint.getByRole('button', { name: 'Delete endpoint' }).click();
    await page.locator('.jp-Dialog').getByRole('button', { name: 'Delete endpoint' }).click();
    await endpoint.waitFor({ state: 'detached', timeout: 60_000 });
  }, 250_000);

  it('shows HTML and ANSI codes of a log as text', async () => {
    const hostile = uniqueName('hostile');
    await panel.launch('hostile.py', hostile);
    const view = panel.job(hostile);
    await view.getByText('Completed', { exact: true }).first().waitFor({ timeout: 120_000 });
    const lines = view.getByRole('log');
    await lines.getByText("<img src=x onerror='window.pwned=1'><b>bold</b>", { exact: true }).waitFor();
    await lines
      .getByText('red and  done', { exact: true })
      .or(lines.getByText(/red.* and .*done/))
      .first()
      .waitFor();
    expect(await lines.locator('img, b:has-text("bold"), script').count()).toBe(0);
    expect(await lines.innerText()).not.toContain('\u001b');
    expect(await page.evaluate('window.pwned')).toBeUndefined();
  }, 200_000);

  it('refuses a name that is none, before anything is sent', async () => {
    await panel.sidebar.getByRole('button', { name: 'New training job' }).click();
    await panel.field('Script').fill('journey/train.py');
    await panel.field('Job name').fill('<b>job</b>');
    await page.getByRole('button', { name: 'Launch training job' }).click();
    expect(await panel.field('Job name').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('.jp-Sealab-form b').count()).toBe(0);
  }, 60_000);

  it('raised no error on the way', () => expect(errors).toEqual([]));
});
