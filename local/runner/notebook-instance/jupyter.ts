import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox.ts';
import { JUPYTER_PREFIX, VOLUME_INSIDE } from './root-volume.ts';

/** Folder of JupyterLab's socket inside; on the host it is a folder of the instance's own. */
export const SOCKET_FOLDER_INSIDE = '/run/notebook';
export const SOCKET_NAME = 'jupyter.sock';

const START_DEADLINE_MS = 60_000;

/** Root's configuration in /etc/jupyter: what the platform decides about JupyterLab. */
export const jupyterConfiguration = (token: string): object => ({
  ServerApp: {
    sock: `${SOCKET_FOLDER_INSIDE}/${SOCKET_NAME}`,
    root_dir: VOLUME_INSIDE,
    cookie_secret_file: '/etc/jupyter/cookie_secret',
    open_browser: false,
    quit_button: false,
    // Behind a door of our own that listens on loopback; the Host header is still checked.
    local_hostnames: ['localhost', '127.0.0.1'],
  },
  IdentityProvider: { token },
  // Looking for language servers asks npm for its folders at every start, and none is installed.
  LanguageServerManager: { autodetect: false },
  LabApp: {
    // Neither can work without a route to the internet; packages come from the mirror.
    check_for_updates_class: 'jupyterlab.NeverCheckForUpdate',
    news_url: null,
    extension_manager: 'readonly',
  },
});

/** A login shell, so that /etc/profile.d reaches the server and its kernels. */
export const JUPYTER_COMMAND = ['/bin/bash', '-lc', `exec ${JUPYTER_PREFIX}/bin/jupyter-lab`] as const;

/** Resolves when JupyterLab answers; rejects when it ends or takes too long. */
export async function jupyterAnswers(socket: string, sandbox: Sandbox): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await answers(socket))) {
    if (sandbox.exit() !== undefined) throw new Error(`JupyterLab ended at once; see ${sandbox.logFile}`);
    if (Date.now() > deadline) throw new Error(`JupyterLab did not answer within ${START_DEADLINE_MS / 1000} s; see ${sandbox.logFile}`);
    await pause(100);
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/api', timeout: 2_000, headers: { host: '127.0.0.1' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked
      .once('timeout', () => asked.destroy())
      .once('error', () => resolve(false))
      .end();
  });
}
