import { ReactWidget } from '@jupyterlab/ui-components';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { queryClient } from '../data/queries.ts';
import { PanelProvider, type PanelContext } from './panel-context.tsx';

/** A view as the body of a JupyterLab dialog. */
export class PanelBody extends ReactWidget {
  readonly #panel: PanelContext;
  readonly #view: ReactElement;

  constructor(panel: PanelContext, view: ReactElement) {
    super();
    this.#panel = panel;
    this.#view = view;
    this.addClass('jp-Sealab');
  }

  protected override render(): ReactElement {
    return (
      <QueryClientProvider client={queryClient}>
        <PanelProvider value={this.#panel}>{this.#view}</PanelProvider>
      </QueryClientProvider>
    );
  }
}
