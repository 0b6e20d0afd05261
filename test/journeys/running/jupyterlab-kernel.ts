import { KernelAPI, KernelManager, ServerConnection } from '@jupyterlab/services';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { WebSocket } from 'ws';
import { JupyterClient } from '../../../local/start/jupyter-client.ts';
import { presignedUrl } from './environment.ts';

/** What the user sees of a cell, in the order of arrival. */
export interface CellOutputs {
  readonly reply: KernelMessage.IExecuteReplyMsg['content'];
  /** `text/plain` of results and displays, text of streams, name and message of errors. */
  readonly outputs: readonly string[];
}

/** Opens a kernel with the client that JupyterLab itself uses; only cookies, which a browser adds by itself, are added here. */
export async function openKernel(language: 'python' | 'typescript'): Promise<Kernel.IKernelConnection & AsyncDisposable> {
  const jupyter = await JupyterClient.open(await presignedUrl());
  const headers = { cookie: jupyter.cookie, 'x-xsrftoken': jupyter.xsrf };
  class SocketWithCookies extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers });
    }
  }
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: jupyter.base.href,
    wsUrl: jupyter.base.href.replace(/^http/, 'ws'),
    init: { headers },
    fetch,
    WebSocket: SocketWithCookies as never,
  });
  const specs = (await jupyter.request('GET', '/api/kernelspecs')) as { kernelspecs: Record<string, { spec: { language: string } }> };
  const name = Object.entries(specs.kernelspecs).find(([, { spec }]) => spec.language === language)?.[0];
  if (name === undefined) throw new Error(`The notebook has no kernel for ${language}.`);
  const manager = new KernelManager({ serverSettings, standby: 'never' });
  const kernel = await manager.startNew({ name });
  await kernel.info;
  return Object.assign(kernel, {
    async [Symbol.asyncDispose]() {
      await KernelAPI.shutdownKernel(kernel.id, serverSettings).catch(() => undefined);
      kernel.dispose();
      manager.dispose();
    },
  });
}

/** Runs one cell as a notebook does, and takes what has come when JupyterLab holds the cell for done. */
export async function runCell(kernel: Kernel.IKernelConnection, code: string): Promise<CellOutputs> {
  const outputs: string[] = [];
  const future = kernel.requestExecute({ code, stop_on_error: false, store_history: true });
  future.onIOPub = ({ header, content }) => {
    const { data, text, ename, evalue } = content as { data?: { 'text/plain'?: string }; text?: string; ename?: string; evalue?: string };
    switch (header.msg_type) {
      case 'stream':
        outputs.push(text ?? '');
        break;
      case 'error':
        outputs.push(`${ename ?? ''}: ${evalue ?? ''}`);
        break;
      case 'execute_result':
      case 'display_data':
      case 'update_display_data':
        outputs.push(data?.['text/plain'] ?? JSON.stringify(data));
    }
  };
  const { content } = await future.done;
  return { reply: content, outputs: [...outputs] };
}
