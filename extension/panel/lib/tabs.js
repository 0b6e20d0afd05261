import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { PanelWidget } from "./panel-widget.js";
/** Opens views in the main area, one tab for each thing. */
export class Tabs {
    #tracker = new WidgetTracker({ namespace: 'sealab' });
    #commands = new Map();
    #app;
    #context;
    constructor(app, context) {
        this.#app = app;
        this.#context = context;
    }
    /** Brings the tabs of the last session back. */
    restore(restorer) {
        void restorer.restore(this.#tracker, {
            command: 'sealab:open-tab',
            args: (widget) => this.#commands.get(widget.id) ?? {},
            name: (widget) => widget.id,
        });
    }
    /** Shows the tab; `command` with `args` is what opens it again after a reload. */
    open(tab, command, args) {
        const { shell } = this.#app;
        let widget = this.#tracker.find(({ id }) => id === tab.id);
        if (widget === undefined) {
            const created = new MainAreaWidget({ content: new PanelWidget(this.#context, tab.view(() => created.dispose())) });
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
        if (!widget.isAttached)
            shell.add(widget, 'main');
        shell.activateById(widget.id);
    }
    /** Renders anew what is open: a setting has changed. */
    refresh() {
        this.#tracker.forEach(({ content }) => content.update());
    }
}
//# sourceMappingURL=tabs.js.map