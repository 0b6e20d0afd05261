import { z } from 'zod';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { unlessAbsent } from '../absent.ts';
import { knows, type ResourceContext, resourceType } from '../resource-type.ts';
import { flag, text, texts } from '../shapes.ts';
import { bucketOwned, removePrefix, syncObjects } from './custom-cdk-bucket-deployment-sync.ts';
import { sourceFiles } from './custom-cdk-bucket-deployment-sources.ts';

const properties = z.strictObject({
  ServiceToken: text,
  SourceBucketNames: texts,
  SourceObjectKeys: texts,
  SourceMarkers: z.array(z.record(z.string(), z.unknown())).optional(),
  SourceMarkersConfig: z
    .array(
      z.strictObject({
        jsonEscape: text.optional(),
        markerEncodings: z.record(z.string(), z.enum(['LITERAL', 'UNQUOTED_JSON_VALUE', 'JSON_VALUE'])).optional(),
      }),
    )
    .optional(),
  DestinationBucketName: text,
  DestinationBucketKeyPrefix: text.optional(),
  DestinationBucketArn: text.optional(),
  Extract: flag.pipe(z.literal(true)).optional(),
  RetainOnDelete: flag.optional(),
  Prune: flag.optional(),
  Exclude: texts.optional(),
  Include: texts.optional(),
  SystemMetadata: z.record(z.string(), text).optional(),
  UserMetadata: z.record(z.string(), text).optional(),
  OutputObjectKeys: flag.optional(),
});
export type BucketDeployment = z.infer<typeof properties>;

/** `/` means no prefix; a prefix and a name are joined by one slash, as `aws s3 sync` does. */
export const prefixOf = ({ DestinationBucketKeyPrefix = '' }: BucketDeployment): string =>
  DestinationBucketKeyPrefix === '' || DestinationBucketKeyPrefix === '/' ? '' : DestinationBucketKeyPrefix.replace(/\/?$/, '/');

async function deploy(context: ResourceContext, properties: BucketDeployment): Promise<void> {
  // The function of the service token is not called: this file is what it does. The others matter at removal and for Fn::GetAtt.
  knows(
    properties.ServiceToken,
    properties.RetainOnDelete,
    properties.DestinationBucketArn,
    properties.OutputObjectKeys,
    properties.Extract,
  );
  await syncObjects(context, properties, prefixOf(properties), await sourceFiles(context, properties));
}

/** Does what the function behind CDK's BucketDeployment does: unzip the sources, replace markers, sync to the bucket. */
export const customCdkBucketDeployment = resourceType({
  type: 'Custom::CDKBucketDeployment',
  properties,
  ignored: {
    WaitForDistributionInvalidation: 'Only acts with a CloudFront distribution, which is refused.',
    SignContent: 'Every request is signed over its payload here.',
  },
  attributeNames: ['DestinationBucketArn', 'SourceObjectKeys'],
  async create(context, properties) {
    const id = `aws.cdk.s3deployment.${context.name(63)}`;
    context.created(id);
    await deploy(context, properties);
    return id;
  },
  async update(context, _id, next, previous) {
    const moved = previous.DestinationBucketName !== next.DestinationBucketName || prefixOf(previous) !== prefixOf(next);
    if (moved && previous.RetainOnDelete === false) await removePrefix(context, previous.DestinationBucketName, prefixOf(previous));
    await deploy(context, next);
  },
  async remove(context, _id, properties) {
    const { DestinationBucketName, RetainOnDelete } = properties;
    if (RetainOnDelete !== false || (await bucketOwned(context, DestinationBucketName, properties.DestinationBucketKeyPrefix ?? '')))
      return;
    await removePrefix(context, DestinationBucketName, prefixOf(properties));
  },
  async attributes({ aws }, _id, properties) {
    const Prefix = prefixOf(properties);
    const answer = await unlessAbsent(
      aws.s3.send(new ListObjectsV2Command({ Bucket: properties.DestinationBucketName, Prefix, MaxKeys: 1 })),
    );
    if ((answer?.KeyCount ?? 0) === 0) return undefined;
    return {
      SourceObjectKeys: properties.OutputObjectKeys === false ? [] : properties.SourceObjectKeys,
      ...(properties.DestinationBucketArn === undefined ? {} : { DestinationBucketArn: properties.DestinationBucketArn }),
    };
  },
});
