import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { EndpointView } from './hosting/endpoint-view.tsx';
import { endpointIcon, sealabIcon } from './icons.ts';
import { refreshLists, queryClient } from './data/queries.ts';
import type { Tabs } from './tabs.ts';
import { JobView } from './training/job-view.tsx';
import { TrainingFormView } from './training/training-form.tsx';

export const COMMANDS = {
  show: 'sealab:show',
  newTrainingJob: 'sealab:new-training-job',
  openJob: 'sealab:open-training-job',
  openEndpoint: 'sealab:open-endpoint',
  check: 'sealab:check-seal',
  /** Opens a tab as the layout remembers it. */
  openTab: 'sealab:open-tab',
} as const;

/** Id of a job's tab. */
export const jobTab = (name: string) => `sealab-job:${name}`;

type Arguments = Partial<Record<'name' | 'clone' | 'template' | 'command', unknown>> & { args?: unknown };
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** What can be done by the palette, the launcher, a shortcut or another extension. */
export function addCommands(app: JupyterFrontEnd, tabs: Tabs, trans: TranslationBundle, sidebar: string): void {
  const { commands, shell } = app;
  commands.addCommand(COMMANDS.show, {
    label: trans.__('Show Sealab'),
    caption: trans.__('The seal of this environment, what runs, and what to start'),
    icon: sealabIcon,
    execute: () => shell.activateById(sidebar),
  });
  commands.addCommand(COMMANDS.newTrainingJob, {
    label: (args) => (args['isLauncher'] === true ? trans.__('Training job') : trans.__('New training job')),
    caption: trans.__('Train on Amazon SageMaker; secure by default'),
    icon: sealabIcon,
    execute: (given) => {
      const { clone, template } = given as Arguments;
      const start = { ...(text(clone) && { clone: text(clone) as string }), ...(text(template) && { template: text(template) as string }) };
      // A form is closed after Launch, and each start has its own.
      const id = `sealab-form:${start.clone ?? ''}:${start.template ?? ''}`;
      tabs.open({
        id,
        title: trans.__('New training job'),
        icon: sealabIcon,
        view: (close) => <TrainingFormView start={start} close={close} />,
      });
    },
  });
  commands.addCommand(COMMANDS.openJob, {
    label: trans.__('Open training job'),
    isVisible: () => false,
    execute: (given) => {
      const name = text((given as Arguments).name);
      if (name !== undefined)
        tabs.open(
          { id: jobTab(name), title: name, icon: sealabIcon, view: () => <JobView name={name} /> },
          { command: COMMANDS.openJob, args: { name } },
        );
    },
  });
  commands.addCommand(COMMANDS.openEndpoint, {
    label: trans.__('Open endpoint'),
    isVisible: () => false,
    execute: (given) => {
      const name = text((given as Arguments).name);
      if (name !== undefined)
        tabs.open(
          { id: `sealab-endpoint:${name}`, title: name, icon: endpointIcon, view: (close) => <EndpointView name={name} close={close} /> },
          { command: COMMANDS.openEndpoint, args: { name } },
        );
    },
  });
  commands.addCommand(COMMANDS.openTab, {
    label: trans.__('Open a Sealab tab'),
    isVisible: () => false,
    execute: async (given) => {
      const { command, args } = given as Arguments;
      if (typeof command === 'string' && command.startsWith('sealab:') && command !== COMMANDS.openTab)
        await commands.execute(command, args as Record<string, string>);
    },
  });
  commands.addCommand(COMMANDS.check, {
    label: trans.__('Check the seal again'),
    icon: sealabIcon,
    execute: async () => {
      shell.activateById(sidebar);
      await Promise.all([queryClient.invalidateQueries({ queryKey: ['posture'] }), refreshLists()]);
    },
  });
}
