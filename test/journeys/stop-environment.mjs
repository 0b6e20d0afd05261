import { stopSealab } from './running/start-command.mjs';

/** Ctrl-C, which stops everything in order. */
export default async function stopEnvironment() {
  await stopSealab(process.env.SEALAB_HOME);
}
