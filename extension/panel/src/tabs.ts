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

  /** Shows the tab; `command` with `args` is what opens it again after a reload. */
  open(tab: Tab, command: string, args: Record<string, string>): void {
    const { shell } = this.#app;
    let widget = this.#tracker.find(({ id }) => id === tab.id);
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
      this.#commands.set(tab.id, { command, args });
      void this.#tracker.add(created);
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
    this.#tracker.forEach(({ content }) => content.update());
  }
}
