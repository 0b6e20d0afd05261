import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { queryClient } from './data/queries.ts';
import { PanelProvider, VisibleProvider, type PanelContext } from './shared/panel-context.tsx';

/** A view in a Lumino widget: one cache for all of them, and each knows whether it is shown. */
export class PanelWidget extends ReactWidget {
  readonly #changed = new Signal<this, boolean>(this);
  readonly #context: () => PanelContext;
  readonly #view: ReactElement;

  constructor(context: () => PanelContext, view: ReactElement) {
    super();
    this.#context = context;
    this.#view = view;
    this.addClass('jp-Sealab');
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.#changed.emit(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.#changed.emit(false);
  }

  protected override onActivateRequest(): void {
    const target = this.node.querySelector<HTMLElement>('[data-autofocus], button, input, select, [tabindex="0"]');
    target?.focus({ preventScroll: true });
  }

  protected override render(): ReactElement {
    return (
      <Shown changed={this.#changed} initially={this.isVisible}>
        <QueryClientProvider client={queryClient}>
          <PanelProvider value={this.#context()}>{this.#view}</PanelProvider>
        </QueryClientProvider>
      </Shown>
    );
  }
}

function Shown(props: { changed: Signal<PanelWidget, boolean>; initially: boolean; children: ReactElement }) {
  const [visible, setVisible] = useState(props.initially);
  useEffect(() => {
    const listen = (_: PanelWidget, shown: boolean) => setVisible(shown);
    props.changed.connect(listen);
    return () => {
      props.changed.disconnect(listen);
    };
  }, [props.changed]);
  return <VisibleProvider value={visible}>{props.children}</VisibleProvider>;
}
