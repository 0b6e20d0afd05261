import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { Template } from '../data/queries.ts';

/** What every view gets from the plugin. */
export interface PanelContext {
  readonly trans: TranslationBundle;
  /** Seconds between refreshes of lists, as the user set it. */
  readonly refreshSeconds: number;
  /** Absent where the host has no file browser: paths are typed then. */
  readonly documents: IDocumentManager | null;
  readonly openJob: (name: string) => void;
  readonly openEndpoint: (name: string) => void;
  readonly openTrainingForm: (start?: { clone: string } | { template: Template['id'] }) => void;
}

const Context = createContext<PanelContext | undefined>(undefined);
export const PanelProvider = Context.Provider;

export function usePanel(): PanelContext {
  const panel = useContext(Context);
  if (panel === undefined) throw new Error('A view was rendered outside of its panel.');
  return panel;
}

/** Whether the widget around a view is shown: a hidden one asks for nothing. */
const Visible = createContext(true);
export const VisibleProvider = Visible.Provider;
export const useVisible = () => useContext(Visible);

/** The interval for a query that follows something: none while hidden. */
export function useRefresh(active = true): number | false {
  const { refreshSeconds } = usePanel();
  return useVisible() && active ? refreshSeconds * 1000 : false;
}
