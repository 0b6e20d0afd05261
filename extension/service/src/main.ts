import { connect, type Lab } from '@sealab/sdk';
import { createApp } from './app.ts';
import { listen } from './listen.ts';

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} must be set: the service is started by Jupyter.`);
  return value;
}

/** One connection for all requests. A failed one is not kept: the document may be put right while the notebook runs. */
let opened: Promise<Lab> | undefined;
function lab(): Promise<Lab> {
  if (opened === undefined) {
    opened = connect();
    opened.catch(() => (opened = undefined));
  }
  return opened;
}

/** Jupyter keeps this process's standard error. Headers and bodies never reach it. */
const report = (method: string, route: string, error: unknown) =>
  console.error(`${method} ${route}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);

// One request that goes wrong in a way nobody waits for must not end the others.
process.on('unhandledRejection', (error) => report('-', '-', error));

const app = createApp({
  lab,
  notebookFolder: required('SEALAB_NOTEBOOK_FOLDER'),
  proxySecret: required('SEALAB_PROXY_SECRET'),
  report,
});

await listen(required('SEALAB_SOCKET'), (request) => app.fetch(request));
