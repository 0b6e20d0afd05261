import { regionFacts, SCIKIT_LEARN_IMAGE } from './region-facts.ts';
import type { Settings } from './settings.ts';

/** `<account>.dkr.ecr.<region>.<suffix>/<repository>:<tag>` (ECR user guide, "Private registry"). */
export const IMAGE_URI =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?\/(?<repository>[a-z0-9][a-z0-9._/-]{0,255}):(?<tag>\w[\w.-]{0,127})$/;

/** An image in a private registry of the environment's Region. */
export interface Image {
  readonly account: string;
  readonly repository: string;
  readonly tag: string;
}

/** Images that jobs and models may run beside those of the own account, by the name that the SDK's `framework` takes. */
export const approvedImages = ({ region, images }: Settings): Readonly<Record<string, Image>> => ({
  'scikit-learn': { account: regionFacts(region).scikitLearnAccount, ...SCIKIT_LEARN_IMAGE },
  ...Object.fromEntries(Object.entries(images).map(([name, uri]) => [name, IMAGE_URI.exec(uri)?.groups as unknown as Image])),
});
