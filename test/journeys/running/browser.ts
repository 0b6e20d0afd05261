import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { home, presignedUrl } from './environment.ts';

export { launchBrowser as openBrowser } from './browser-program.mjs';

/** Pictures for people to look at: `.sealab/test-screenshots/`. */
const PICTURES = join(home(), '..', 'test-screenshots');

/** JupyterLab in a fresh browser profile, opened with a presigned URL; ready when its shell is there. */
export async function openJupyterLab(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(await presignedUrl());
  // Without the tabs of an earlier test, which the server remembers.
  await page.goto(new URL('/lab?reset', page.url()).href);
  await page.locator('#jp-main-dock-panel').waitFor();
  return page;
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** The same page in both themes, changed as a person does: `name-light.png`, `name-dark.png`. */
export async function picturesInBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of ['Dark', 'Light']) {
    await page.locator('.lm-MenuBar-item', { hasText: 'Settings' }).click();
    await page
      .locator('.lm-Menu-item', { hasText: /^Theme$/ })
      .first()
      .hover();
    await page.locator('.lm-Menu-item', { hasText: new RegExp(`^JupyterLab ${theme}$`) }).click();
    await page.locator(`body[data-jp-theme-name="JupyterLab ${theme}"]`).waitFor({ state: 'attached' });
    // Colours fade.
    await page.waitForTimeout(400);
    await picture(page, `${name}-${theme.toLowerCase()}`);
  }
}
