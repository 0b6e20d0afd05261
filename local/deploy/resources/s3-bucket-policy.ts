import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { document, text } from '../shapes.ts';

export const s3BucketPolicy = resourceType({
  type: 'AWS::S3::BucketPolicy',
  properties: z.strictObject({ Bucket: text, PolicyDocument: document }),
  attributeNames: [],
  replaceOn: ['Bucket'],
  async create({ aws }, { Bucket, PolicyDocument }) {
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(PolicyDocument) }));
    return Bucket;
  },
  async update({ aws }, Bucket, { PolicyDocument }) {
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(PolicyDocument) }));
  },
  async remove({ aws }, Bucket) {
    await unlessAbsent(aws.s3.send(new DeleteBucketPolicyCommand({ Bucket })));
  },
  async attributes({ aws }, Bucket) {
    return (await unlessAbsent(aws.s3.send(new GetBucketPolicyCommand({ Bucket })))) === undefined ? undefined : {};
  },
});
