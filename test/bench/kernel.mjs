/** What a notebook's first cell waits for: the kernel's launch, the SDK's import and its first answer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostClientConfig } from '../../local/dist/deploy/index.js';
import { JupyterClient } from '../../local/dist/start/jupyter-client.js';
import { asDataScientist, notebookUrl } from '../../local/dist/start/notebook.js';

const RUNS = 7;
const IMPORT =
  "const asked = performance.now(); const { connect } = await import('@sealab/sdk'); const imported = performance.now() - asked;";
const FIRST_CELL = `${IMPORT} const lab = await connect(); console.log('seconds', imported / 1000, lab.environment.project);`;

/** Seconds by run: `launch`, from asking for a kernel to the end of a first cell that connects; `import`, the SDK's own part. */
export async function timeKernel({ home }) {
  const { endpointUrl, caFile, region, administrator, roles, notebook } = JSON.parse(readFileSync(join(home, 'connection.json'), 'utf8'));
  const clients = hostClientConfig({ endpointUrl, caFile, region, credentials: administrator });
  const jupyter = await JupyterClient.open(await notebookUrl(await asDataScientist(clients, roles['data-scientist']), notebook));
  const seconds = { launch: [], import: [] };
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    const kernel = await jupyter.kernel('typescript');
    let said = '';
    const { status, error } = await kernel.run(FIRST_CELL, (text) => (said += text));
    const launch = (performance.now() - started) / 1000;
    await kernel.shutDown();
    if (status !== 'ok') throw new Error(`The first cell failed: ${error}`);
    if (run === 0) continue;
    seconds.launch.push(launch);
    seconds.import.push(Number(/^seconds ([0-9.]+)/m.exec(said)?.[1]));
  }
  return seconds;
}
