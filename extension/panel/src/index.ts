import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { addCommands, COMMANDS, jobTab } from './commands.tsx';
import { queries, queryClient } from './data/queries.ts';
import { figures } from './figures/plugin.ts';
import { sealabIcon } from './icons.ts';
import { notifyEnded } from './notify-ended.ts';
import { Overview } from './overview/overview.tsx';
import { PanelWidget } from './panel-widget.tsx';
import type { PanelContext } from './shared/panel-context.tsx';
import { StatusItem } from './status-item.tsx';
import { Tabs } from './tabs.ts';

const PLUGIN = 'jupyterlab-sealab:plugin';
const SIDEBAR = 'sealab-sidebar';

/** Asks for what the sidebar shows first while JupyterLab is still starting. */
function askEarly(): void {
  const asked = [
    queryClient.query(queries.environment),
    queryClient.query(queries.posture),
    queryClient.infiniteQuery(queries.list('training-jobs', { status: 'InProgress' })),
    queryClient.infiniteQuery(queries.list('training-jobs')),
    queryClient.infiniteQuery(queries.list('endpoints')),
  ];
  // What fails here is shown by the view that needs it.
  void Promise.allSettled(asked);
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'The Sealab panel: the environment’s seal, training jobs and endpoints.',
  autoStart: true,
  optional: [ITranslator, ILayoutRestorer, ICommandPalette, ILauncher, ISettingRegistry, IStatusBar, IDocumentManager, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    settings: ISettingRegistry | null,
    statusBar: IStatusBar | null,
    documents: IDocumentManager | null,
    labShell: ILabShell | null,
  ) => {
    askEarly();
    const trans = (translator ?? nullTranslator).load('jupyterlab_sealab');
    const chosen = { refreshSeconds: 5, notify: true };
    const run = (command: string, args: Record<string, string> = {}) => void app.commands.execute(command, args);
    const context = (): PanelContext => ({
      trans,
      refreshSeconds: chosen.refreshSeconds,
      documents,
      openJob: (name) => run(COMMANDS.openJob, { name }),
      openEndpoint: (name) => run(COMMANDS.openEndpoint, { name }),
      openTrainingForm: (start) => run(COMMANDS.newTrainingJob, start),
    });

    const tabs = new Tabs(app, context);
    addCommands(app, tabs, trans, SIDEBAR);

    const sidebar = new PanelWidget(context, createElement(Overview));
    sidebar.id = SIDEBAR;
    sidebar.title.icon = sealabIcon;
    sidebar.title.caption = 'Sealab';
    sidebar.node.setAttribute('role', 'region');
    sidebar.node.setAttribute('aria-label', 'Sealab');
    app.shell.add(sidebar, 'left', { rank: 150 });

    restorer?.add(sidebar, SIDEBAR);
    if (restorer !== null) tabs.restore(restorer);

    for (const command of [COMMANDS.show, COMMANDS.newTrainingJob, COMMANDS.check]) palette?.addItem({ command, category: 'Sealab' });
    launcher?.add({ command: COMMANDS.newTrainingJob, category: 'Sealab', rank: 0, args: { isLauncher: true } });

    if (statusBar !== null && labShell !== null) {
      const item = new PanelWidget(context, createElement(StatusItem, { show: () => run(COMMANDS.show) }));
      statusBar.registerStatusItem(`${PLUGIN}:seal`, { item, align: 'left', rank: 3 });
    }
    notifyEnded(
      trans,
      (name) => !chosen.notify || tabs.isShown(jobTab(name)),
      (name) => run(COMMANDS.openJob, { name }),
    );

    void settings?.load(PLUGIN).then(
      (loaded) => {
        const take = () => {
          chosen.refreshSeconds = loaded.get('refreshSeconds').composite as number;
          chosen.notify = loaded.get('notify').composite as boolean;
          sidebar.update();
          tabs.refresh();
        };
        loaded.changed.connect(take);
        take();
      },
      // Without its schema the panel works with its defaults.
      () => undefined,
    );
  },
};

export default [plugin, figures];
