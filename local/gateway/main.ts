import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { PATHS } from '../paths.ts';
import { startGateway } from './gateway.ts';
import { createServices } from './services/index.ts';
import { readSettings } from './settings.ts';

mkdirSync(PATHS.logs, { recursive: true, mode: 0o700 });
const logFile = destination({ dest: join(PATHS.logs, 'gateway.log'), append: true, sync: false });
let logFails = false;
// A full disk: lines are lost, requests are not.
logFile.on('error', () => {
  logFails = true;
});
const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, logFile);

process.on('unhandledRejection', (reason) => {
  log.error({ err: reason }, 'unhandled rejection');
});

const gateway = await startGateway(readSettings(), log, createServices);
process.stdout.write(`${JSON.stringify({ ready: true, port: gateway.port })}\n`);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void gateway.stop().finally(() => {
      // At its exit the log would try to write its last lines for ever.
      if (logFails) logFile.destroy();
      else log.flush();
      process.exit(0);
    });
  });
}
