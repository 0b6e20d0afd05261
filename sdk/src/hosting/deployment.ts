import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { checkedName, freshName } from '../jobs/names.ts';
import { refuseUnknown, tagsOf } from '../jobs/options.ts';
import type { PlannedCall } from '../planning/api.ts';
import { plannedCall } from '../planning/planned-call.ts';
import type { Deployable, DeployOptions, ShadowOptions, VariantSource } from './api.ts';
import { ALL_TRAFFIC, asyncOf, captureOf, shadowWeight, variantOf } from './configuration.ts';
import { prepareModel } from './create-model.ts';
import type { PreparedModel } from './create-model.ts';
import { checkDeployOptions } from './deploy-options.ts';
import { furtherName, ownedTags } from './owned.ts';

/** Everything that hosting needs, before anything of it is made. */
export interface Deployment {
  /** Of endpoint and configuration. */
  readonly name: string;
  readonly models: readonly PreparedModel[];
  readonly configuration: PlannedCall<'CreateEndpointConfig'>;
}

/** Reads what the models need and plans every call; what cannot work is refused here. */
export async function prepareDeployment(
  context: LabContext,
  source: Deployable,
  options: DeployOptions,
  signal: AbortSignal,
): Promise<Deployment> {
  checkDeployOptions(source, options);
  const { environment } = context;
  const { tags, capture, async: queue, shadow, serverless } = options;
  let name = options.name === undefined ? '' : checkedName(options.name);
  const models: PreparedModel[] = [];
  const variant = async (part: VariantSource, variantName: string, weight: number | undefined): Promise<ProductionVariant> => {
    const prepared = await prepareModel(context, part.model, part, {
      // The first model is named as the endpoint; what that is about, only its source tells.
      nameFor: (about) => (models.length > 0 ? furtherName(name) : (name ||= freshName(about))),
      tags: () => ownedTags(name, tags),
      multiModel: options.multiModel === true,
      instanceType: part.instanceType ?? environment.instanceTypes.hosting[0],
      signal,
    });
    name ||= freshName(prepared.name);
    models.push(prepared);
    return variantOf({ ...part, name: variantName, modelName: prepared.name, weight: weight ?? 1, serverless }, environment);
  };

  // One after the other: the first one names the endpoint.
  const production: ProductionVariant[] = [];
  for (const [variantName, part] of Object.entries(variantsOf(source, options)))
    production.push(await variant(part, variantName, part.weight));
  const shadowed = shadow === undefined ? [] : [await variant(checkedShadow(shadow), 'Shadow', shadowWeight(shadow.percent))];

  const captured = capture === undefined ? undefined : captureOf(capture, environment);
  const configuration = plannedCall(
    'CreateEndpointConfig',
    {
      EndpointConfigName: name,
      ProductionVariants: production,
      ...(shadowed.length === 0 ? {} : { ShadowProductionVariants: shadowed }),
      ...(captured === undefined ? {} : { DataCaptureConfig: captured }),
      ...(queue === undefined ? {} : { AsyncInferenceConfig: asyncOf(name, queue, environment) }),
      ...tagsOf(ownedTags(name, tags)),
    },
    environment,
    options,
  );
  return { name, models, configuration };
}

const VARIANT = {
  model: true,
  source: true,
  framework: true,
  image: true,
  environment: true,
  weight: true,
  instanceType: true,
  instanceCount: true,
} satisfies Record<keyof VariantSource, true>;

function variantsOf(source: Deployable, options: DeployOptions): Readonly<Record<string, VariantSource>> {
  if (!('variants' in source)) return { [ALL_TRAFFIC]: { ...options, model: source } };
  const count = Object.keys(source.variants).length;
  if (count < 2 || count > 10) {
    throw new SealabError('InvalidInput', `variants: there are ${count}; an endpoint takes 2 to 10.`, {
      remedy: 'Host a single model as it is: `lab.deploy(job)`.',
      details: { field: 'variants', given: count },
    });
  }
  for (const [name, variant] of Object.entries(source.variants)) refuseUnknown(`variants.${name}`, variant, VARIANT);
  return source.variants;
}

function checkedShadow(shadow: ShadowOptions): VariantSource {
  refuseUnknown('shadow', shadow, {
    model: true,
    source: true,
    framework: true,
    image: true,
    environment: true,
    percent: true,
    instanceType: true,
    instanceCount: true,
  } satisfies Record<keyof ShadowOptions, true>);
  return shadow;
}
