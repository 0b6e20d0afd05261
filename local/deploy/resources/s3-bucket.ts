import { CreateBucketCommand, DeleteBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { unlessAbsent } from '../absent.ts';
import { urlSuffix } from '../url-suffix.ts';
import { resourceType } from '../resource-type.ts';
import { properties } from './s3-bucket-properties.ts';
import { configureBucket, configureLogging } from './s3-bucket-configuration.ts';

const bucketName = (name: string): string => name.toLowerCase();

export const s3Bucket = resourceType({
  type: 'AWS::S3::Bucket',
  properties,
  attributeNames: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName'],
  tags: 'list',
  replaceOn: ['BucketName', 'ObjectLockEnabled'],
  nameProperty: 'BucketName',
  async create(context, properties) {
    const { BucketName, ObjectLockEnabled } = properties;
    const Bucket = BucketName ?? bucketName(context.name(63));
    await context.aws.s3.send(
      new CreateBucketCommand({
        Bucket,
        ...(ObjectLockEnabled === undefined ? {} : { ObjectLockEnabledForBucket: ObjectLockEnabled }),
        // us-east-1 is the one region that may not be named here.
        ...(context.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: context.region as 'eu-west-1' } }),
      }),
    );
    context.created(Bucket);
    await configureBucket(context, Bucket, properties, undefined);
    return Bucket;
  },
  async update(context, Bucket, next, previous) {
    await configureBucket(context, Bucket, next, previous);
  },
  async finish(context, Bucket, properties, previous) {
    await configureLogging(context, Bucket, properties, previous);
  },
  async remove({ aws }, Bucket) {
    await unlessAbsent(aws.s3.send(new DeleteBucketCommand({ Bucket })));
  },
  async attributes({ aws, partition, region }, Bucket) {
    if ((await unlessAbsent(aws.s3.send(new HeadBucketCommand({ Bucket })))) === undefined) return undefined;
    const suffix = urlSuffix(partition);
    return {
      Arn: `arn:${partition}:s3:::${Bucket}`,
      DomainName: `${Bucket}.s3.${suffix}`,
      DualStackDomainName: `${Bucket}.s3.dualstack.${region}.${suffix}`,
      RegionalDomainName: `${Bucket}.s3.${region}.${suffix}`,
    };
  },
  async find(context, { BucketName }) {
    const Bucket = BucketName ?? bucketName(context.name(63));
    return (await unlessAbsent(context.aws.s3.send(new HeadBucketCommand({ Bucket })))) === undefined ? undefined : Bucket;
  },
});
