import { join } from 'node:path';
import { STATE_FOLDER } from '../../../deploy/state.ts';
import { PATHS } from '../../../paths.ts';
import type { EmulatedService } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { accessLevelKeys } from './access-level.ts';
import { type Catalog, tagsOf } from './answers.ts';
import { constraintHandlers } from './constraints.ts';
import { launchPathHandlers } from './launch-paths.ts';
import { resume, unsettled } from './launch.ts';
import { portfolioHandlers } from './portfolios.ts';
import { productHandlers } from './products.ts';
import { provisionedHandlers } from './provisioned.ts';
import { provisioningHandlers } from './provisioning.ts';
import { Store } from './store.ts';
import { tagOptionHandlers } from './tag-options.ts';

/** A killed gateway's launches go on once the new one listens: they call it. */
const RESUME_AFTER_MS = 1_000;

/** AWS Service Catalog: portfolios of products, launched as their launch role through the local deployer. */
export function createServiceCatalogService(
  platform: Platform,
  folder: string = join(PATHS.state, 'service-catalog'),
  stacks: string = STATE_FOLDER,
): EmulatedService {
  const catalog: Catalog = { platform, store: new Store(folder), stacks };
  const left = unsettled(catalog);
  setTimeout(() => {
    resume(catalog, left);
  }, RESUME_AFTER_MS).unref();
  return {
    service: 'servicecatalog',
    tagsOf: (arn) => tagsOf(catalog, arn),
    conditionKeys: (call) => accessLevelKeys(catalog, call),
    operations: {
      ...portfolioHandlers(catalog),
      ...productHandlers(catalog),
      ...constraintHandlers(catalog),
      ...tagOptionHandlers(catalog),
      ...launchPathHandlers(catalog),
      ...provisioningHandlers(catalog),
      ...provisionedHandlers(catalog),
    },
  };
}
