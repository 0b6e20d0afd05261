import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATHS, REPOSITORY } from '../paths.ts';
import { environmentPython } from '../toolchain/python.ts';
import type { EmulatedService } from './call.ts';
import { SERVICES } from './coverage.ts';
import { serviceModel } from './protocol/models.ts';

export interface CoverageRow {
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  readonly answeredBy: 'gateway' | 'moto' | 'nobody';
  /** Of what nobody answers, where the service says it. */
  readonly reason?: string;
}

/**
 * Every operation of every service that the gateway knows, and who answers it. A service that is not in the table is
 * refused as a whole.
 * @param emulated the services that the gateway answers itself: `createServices(platform)` and STS
 */
export async function coverageTable(emulated: readonly EmulatedService[]): Promise<CoverageRow[]> {
  const wholes = Object.values(SERVICES).flatMap((service) => (service.moto === true ? service.models : []));
  const { stdout } = await promisify(execFile)(environmentPython(PATHS.servicesPython), [
    join(REPOSITORY, 'local/moto/implemented.py'),
    ...wholes,
  ]);
  const implemented = JSON.parse(stdout) as Readonly<Record<string, readonly string[]>>;
  const rows: CoverageRow[] = [];
  for (const [service, { models, moto }] of Object.entries(SERVICES)) {
    const ofService = emulated.filter((one) => one.service === service);
    const own = new Set(ofService.flatMap((one) => Object.keys(one.operations)));
    for (const model of models) {
      const passed = new Set(moto === true ? implemented[model] : moto);
      for (const operation of Object.keys(serviceModel(model).operations)) {
        const answeredBy = own.has(operation) ? 'gateway' : passed.has(operation) ? 'moto' : 'nobody';
        const reason =
          answeredBy === 'nobody' ? ofService.map((one) => one.refusalOf?.(operation)).find((why) => why !== undefined) : undefined;
        rows.push({ service, operation, answeredBy, ...(reason === undefined ? {} : { reason }) });
      }
    }
  }
  return rows;
}
