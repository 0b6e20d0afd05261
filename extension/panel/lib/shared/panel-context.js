import { createContext, useContext } from 'react';
const Context = createContext(undefined);
export const PanelProvider = Context.Provider;
export function usePanel() {
    const panel = useContext(Context);
    if (panel === undefined)
        throw new Error('A view was rendered outside of its panel.');
    return panel;
}
/** Whether the widget around a view is shown: a hidden one asks for nothing. */
const Visible = createContext(true);
export const VisibleProvider = Visible.Provider;
export const useVisible = () => useContext(Visible);
/** The interval for a query that follows something: none while hidden. */
export function useRefresh(active = true) {
    const { refreshSeconds } = usePanel();
    return useVisible() && active ? refreshSeconds * 1000 : false;
}
//# sourceMappingURL=panel-context.js.map