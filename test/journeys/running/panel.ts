import type { Locator, Page } from 'playwright-core';

/** The Sealab panel of a JupyterLab page, by what a person sees of it. */
export class Panel {
  readonly page: Page;
  readonly sidebar: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.sidebar = page.locator('#sealab-sidebar');
  }

  static async open(page: Page): Promise<Panel> {
    await page.locator('[data-id="sealab-sidebar"]').click();
    return new Panel(page);
  }

  /** A field of the form for a new training job. */
  field(label: string): Locator {
    return this.page.getByRole('form', { name: 'New training job' }).getByLabel(label, { exact: true });
  }

  /** The view of a training job. */
  job(name: string): Locator {
    return this.page.getByRole('article', { name: `Training job ${name}` });
  }

  /** Launches a script of `journey/` from the form; `more` fills in the rest. Ends when the job's view is there. */
  async launch(script: string, name: string, more: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.sidebar.getByRole('button', { name: 'New training job' }).click();
    await this.field('Script').fill(`journey/${script}`);
    await this.field('Job name').fill(name);
    await more();
    await this.page.getByRole('button', { name: 'Launch training job' }).click();
    await this.job(name).waitFor();
  }
}
