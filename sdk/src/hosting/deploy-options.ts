import { SealabError } from '../contract/index.ts';
import { refuseUnknown } from '../jobs/options.ts';
import type { Deployable, DeployOptions } from './api.ts';
import { isAutoML } from './candidate.ts';

/** Every option there is: `satisfies` makes the compiler list them. */
const KNOWN = {
  source: true,
  framework: true,
  image: true,
  environment: true,
  name: true,
  instanceType: true,
  instanceCount: true,
  async: true,
  serverless: true,
  multiModel: true,
  shadow: true,
  capture: true,
  tags: true,
  wait: true,
  onProgress: true,
  signal: true,
  timeout: true,
} as const satisfies Record<keyof DeployOptions, true>;

type Feature = 'async' | 'serverless' | 'multiModel' | 'shadow' | 'capture' | 'variants' | 'containers';

/** What SageMaker does not do at once, and what to do instead. Sources: the AWS pages on shadow variants, multi-model, asynchronous and serverless inference. */
const EXCLUSIVE: readonly (readonly [Feature, Feature, remedy: string])[] = [
  ['shadow', 'async', 'Compare the models on an endpoint that answers at once.'],
  ['shadow', 'multiModel', 'Host the two models that are compared on an endpoint of their own.'],
  ['shadow', 'containers', 'Host the two models that are compared on an endpoint of their own.'],
  ['shadow', 'variants', 'A shadow stands beside one variant: leave the others out, or share real traffic by `variants`.'],
  ['shadow', 'serverless', 'Leave serverless out.'],
  ['async', 'multiModel', 'Give each model an asynchronous endpoint.'],
  ['async', 'variants', 'Give each model an asynchronous endpoint.'],
  ['async', 'serverless', 'Leave serverless out: an asynchronous endpoint can be scaled to few instances.'],
  ['multiModel', 'containers', 'Put the archives behind one container, or give each model a container.'],
  ['multiModel', 'variants', 'Give each variant its own model, or put all archives behind one container.'],
  ['multiModel', 'serverless', 'Leave serverless out.'],
  ['containers', 'serverless', 'Leave serverless out.'],
  ['variants', 'serverless', 'Leave serverless out.'],
  ['capture', 'serverless', 'Leave serverless out.'],
];

/** Refuses options that are unknown, or that SageMaker does not do together. */
export function checkDeployOptions(source: Deployable, options: DeployOptions): void {
  refuseUnknown('deploy', options, KNOWN);
  const asked: Readonly<Record<Feature, boolean>> = {
    async: options.async !== undefined,
    serverless: options.serverless !== undefined,
    multiModel: options.multiModel === true,
    shadow: options.shadow !== undefined,
    capture: options.capture !== undefined && options.capture !== false,
    variants: 'variants' in source,
    // A candidate of AutoML has usually several.
    containers: 'containers' in source || isAutoML(source),
  };
  for (const [one, other, remedy] of EXCLUSIVE) if (asked[one] && asked[other]) throw exclusive(one, other, remedy);
  if (asked.multiModel && ('model' in source || 'modelPackage' in source || ('kind' in source && source.kind === 'model-packages'))) {
    throw new SealabError('InvalidInput', 'multiModel: this model is not an archive that others can be put beside.', {
      remedy: 'Begin with a training job or artefacts, and add others with `endpoint.addModel`.',
      details: { field: 'multiModel' },
    });
  }
  if (asked.variants) {
    for (const field of ['source', 'framework', 'image', 'environment', 'instanceType', 'instanceCount'] as const) {
      if (options[field] !== undefined)
        throw new SealabError('InvalidInput', `${field}: each variant has its own.`, {
          remedy: `Write it into the variant: { variants: { a: { model, ${field} } } }.`,
          details: { field },
        });
    }
  }
}

function exclusive(one: Feature, other: Feature, remedy: string): SealabError {
  return new SealabError('InvalidInput', `${one} and ${other} cannot be had together: SageMaker does not do both on one endpoint.`, {
    remedy,
    details: { fields: [one, other] },
  });
}
