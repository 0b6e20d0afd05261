import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { PanelWidget } from './panel-widget.tsx';
import type { PanelContext } from './shared/panel-context.tsx';

export interface Tab {
  /** One tab for each id: opening it again shows the one that is there. */
  readonly id: string;
  readonly title: string;
  readonly icon: LabIcon;
  readonly view: (close: () => void) => ReactElement;
}

/** Opens views in the main area, one tab for each thing. */
export class Tabs {
  readonly #tracker = new WidgetTracker<MainAreaWidget<PanelWidget>>({ namespace: 'sealab' });
  /** Forms: what was typed into them is not kept, so neither are they. */
  readonly #passing = new WidgetTracker<MainAreaWidget<PanelWidget>>({ namespace: 'sealab-forms' });
  readonly #commands = new Map<string, { command: string; args: Record<string, string> }>();
  readonly #app: JupyterFrontEnd;
  readonly #context: () => PanelContext;

  constructor(app: JupyterFrontEnd, context: () => PanelContext) {
    this.#app = app;
    this.#context = context;
  }

  /** Brings the tabs of the last session back. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this.#tracker, {
      command: 'sealab:open-tab',
      args: (widget) => this.#commands.get(widget.id) ?? {},
      name: (widget) => widget.id,
    });
  }

  /** Shows the tab. `again` opens it after a reload; a tab without is gone then. */
  open(tab: Tab, again?: { readonly command: string; readonly args: Record<string, string> }): void {
    const { shell } = this.#app;
    const tracker = again === undefined ? this.#passing : this.#tracker;
    let widget = tracker.find(({ id }) => id === tab.id);
    if (widget === undefined) {
      const created = new MainAreaWidget({
        content: new PanelWidget(
          this.#context,
          tab.view(() => created.dispose()),
        ),
      });
      created.id = tab.id;
      created.title.label = tab.title;
      created.title.caption = tab.title;
      created.title.icon = tab.icon;
      created.title.closable = true;
      created.toolbar.hide();
      if (again !== undefined) this.#commands.set(tab.id, again);
      void tracker.add(created);
      widget = created;
    }
    if (!widget.isAttached) shell.add(widget, 'main');
    shell.activateById(widget.id);
  }

  isShown(id: string): boolean {
    return this.#tracker.find((widget) => widget.id === id)?.isVisible === true;
  }

  /** Renders anew what is open: a setting has changed. */
  refresh(): void {
    for (const tracker of [this.#tracker, this.#passing]) tracker.forEach(({ content }) => content.update());
  }
}
