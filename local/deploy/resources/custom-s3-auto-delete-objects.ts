import { DeleteObjectsCommand, GetBucketTaggingCommand, HeadBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { knows, resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

const CONSENT = 'aws-cdk:auto-delete-objects';

/** Empties the bucket when it goes, if the bucket still carries the tag that allows it: what CDK's function does. */
export const customS3AutoDeleteObjects = resourceType({
  type: 'Custom::S3AutoDeleteObjects',
  properties: z.strictObject({ ServiceToken: text, BucketName: text }),
  attributeNames: [],
  create(_context, { ServiceToken, BucketName }) {
    knows(ServiceToken);
    return Promise.resolve(BucketName);
  },
  async remove({ aws: { s3 } }, Bucket) {
    const tags = await unlessAbsent(s3.send(new GetBucketTaggingCommand({ Bucket })));
    if (tags?.TagSet?.some(({ Key, Value }) => Key === CONSENT && Value === 'true') !== true) return;
    for (;;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) return;
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    }
  },
  async attributes({ aws }, Bucket) {
    return (await unlessAbsent(aws.s3.send(new HeadBucketCommand({ Bucket })))) === undefined ? undefined : {};
  },
});
