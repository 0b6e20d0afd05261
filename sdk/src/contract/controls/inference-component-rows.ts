import * as rows from './shared-rows.ts';

const noTypeKey = 'No condition key carries it here: the endpoint’s configuration decides which instances there are.';

const component = <const P extends string>(prefix: P) =>
  ({
    // Describe tells where the image went, not which was asked for.
    Image: { ...rows.approvedImage(`${prefix}Container.Image`), describePath: null },
    ModelBucket: rows.inBuckets(`${prefix}Container.ArtifactUrl`, 'buckets.model', 'Model bucket'),
    InstanceType: rows.withoutKey(rows.instanceTypes(`${prefix}InstanceType`, 'instanceTypes.hosting[]'), noTypeKey),
  }) as const;

/** A component runs in the network and with the role of the endpoint's configuration; it brings its image and its model. */
export const inferenceComponent = { ...component('Specification.'), ...rows.named('Several', component('Specifications[].')) } as const;
