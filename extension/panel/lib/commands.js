import { jsx as _jsx } from "react/jsx-runtime";
import { EndpointView } from "./hosting/endpoint-view.js";
import { endpointIcon, sealabIcon } from "./icons.js";
import { refreshLists, queryClient } from "./data/queries.js";
import { JobView } from "./training/job-view.js";
import { TrainingFormView } from "./training/training-form.js";
export const COMMANDS = {
    show: 'sealab:show',
    newTrainingJob: 'sealab:new-training-job',
    openJob: 'sealab:open-training-job',
    openEndpoint: 'sealab:open-endpoint',
    check: 'sealab:check-seal',
    /** Opens a tab as the layout remembers it. */
    openTab: 'sealab:open-tab',
};
const text = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
/** What can be done by the palette, the launcher, a shortcut or another extension. */
export function addCommands(app, tabs, trans, sidebar) {
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
            const { clone, template } = given;
            const start = { ...(text(clone) && { clone: text(clone) }), ...(text(template) && { template: text(template) }) };
            // A form is closed after Launch, and each start has its own.
            const id = `sealab-form:${start.clone ?? ''}:${start.template ?? ''}`;
            tabs.open({ id, title: trans.__('New training job'), icon: sealabIcon, view: (close) => _jsx(TrainingFormView, { start: start, close: close }) }, COMMANDS.newTrainingJob, start);
        },
    });
    commands.addCommand(COMMANDS.openJob, {
        label: trans.__('Open training job'),
        isVisible: () => false,
        execute: (given) => {
            const name = text(given.name);
            if (name !== undefined)
                tabs.open({ id: `sealab-job:${name}`, title: name, icon: sealabIcon, view: () => _jsx(JobView, { name: name }) }, COMMANDS.openJob, { name });
        },
    });
    commands.addCommand(COMMANDS.openEndpoint, {
        label: trans.__('Open endpoint'),
        isVisible: () => false,
        execute: (given) => {
            const name = text(given.name);
            if (name !== undefined)
                tabs.open({ id: `sealab-endpoint:${name}`, title: name, icon: endpointIcon, view: (close) => _jsx(EndpointView, { name: name, close: close }) }, COMMANDS.openEndpoint, { name });
        },
    });
    commands.addCommand(COMMANDS.openTab, {
        label: trans.__('Open a Sealab tab'),
        isVisible: () => false,
        execute: async (given) => {
            const { command, args } = given;
            if (typeof command === 'string' && command.startsWith('sealab:') && command !== COMMANDS.openTab)
                await commands.execute(command, args);
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
//# sourceMappingURL=commands.js.map