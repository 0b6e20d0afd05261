import type { EmulatedService } from '../call.ts';
import type { Platform } from '../platform.ts';
import { createCodeArtifactService } from './codeartifact/service.ts';
import { createEcrImages } from './ecr-images.ts';
import { createSageMakerService } from './sagemaker/service.ts';
import { createServiceCatalogService } from './service-catalog/service.ts';

/**
 * The services that the gateway answers itself. Each is made once, when the gateway starts, with the platform that it
 * may use; a service registers what must end with the gateway by `platform.onShutdown`.
 */
export function createServices(platform: Platform): readonly EmulatedService[] {
  return [createSageMakerService(platform), createServiceCatalogService(platform), createCodeArtifactService(), createEcrImages()];
}
