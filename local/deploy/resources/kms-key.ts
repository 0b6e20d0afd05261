import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { knows, type ResourceContext, resourceType } from '../resource-type.ts';
import { document, flag, goneKeys, tags, text, whole } from '../shapes.ts';

const properties = z.strictObject({
  KeyPolicy: document.optional(),
  Description: text.optional(),
  Enabled: flag.optional(),
  EnableKeyRotation: flag.optional(),
  RotationPeriodInDays: whole.optional(),
  KeySpec: z
    .enum(['SYMMETRIC_DEFAULT', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'HMAC_256'])
    .optional(),
  KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC']).optional(),
  PendingWindowInDays: whole.optional(),
  Tags: tags,
});
type Properties = z.infer<typeof properties>;

async function configure(
  { aws }: ResourceContext,
  KeyId: string,
  { EnableKeyRotation, RotationPeriodInDays, Enabled }: Properties,
): Promise<void> {
  if (EnableKeyRotation === true)
    await aws.kms.send(new EnableKeyRotationCommand({ KeyId, ...(RotationPeriodInDays === undefined ? {} : { RotationPeriodInDays }) }));
  if (Enabled === false) await aws.kms.send(new DisableKeyCommand({ KeyId }));
}

export const kmsKey = resourceType({
  type: 'AWS::KMS::Key',
  properties,
  ignored: { BypassPolicyLockoutSafetyCheck: 'A switch of the call, not of the key.' },
  attributeNames: ['Arn', 'KeyId'],
  tags: 'list',
  replaceOn: ['KeySpec', 'KeyUsage'],
  async create(context, properties) {
    const { KeyPolicy, Description, KeySpec, KeyUsage, Tags } = properties;
    // Only the removal uses it.
    knows(properties.PendingWindowInDays);
    const answer = await context.aws.kms.send(
      new CreateKeyCommand({
        Description,
        KeySpec,
        KeyUsage,
        ...(KeyPolicy === undefined ? {} : { Policy: JSON.stringify(KeyPolicy) }),
        Tags: (Tags ?? []).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    );
    const id = answer.KeyMetadata?.KeyId ?? '';
    context.created(id);
    await configure(context, id, properties);
    return id;
  },
  async update(context, KeyId, next, previous) {
    const { kms } = context.aws;
    if (next.KeyPolicy !== undefined)
      await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: JSON.stringify(next.KeyPolicy) }));
    if (next.Description !== previous.Description)
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: next.Description ?? '' }));
    if (next.EnableKeyRotation !== true && previous.EnableKeyRotation === true) await kms.send(new DisableKeyRotationCommand({ KeyId }));
    if (next.Enabled !== false && previous.Enabled === false) await kms.send(new EnableKeyCommand({ KeyId }));
    await configure(context, KeyId, next);
    const gone = goneKeys(previous.Tags, next.Tags);
    if (gone.length > 0) await kms.send(new UntagResourceCommand({ KeyId, TagKeys: gone }));
    if ((next.Tags ?? []).length > 0)
      await kms.send(
        new TagResourceCommand({ KeyId, Tags: (next.Tags ?? []).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })) }),
      );
  },
  async remove({ aws }, KeyId, { PendingWindowInDays }) {
    await unlessAbsent(aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: PendingWindowInDays ?? 30 })));
  },
  async attributes({ aws }, KeyId) {
    const metadata = (await unlessAbsent(aws.kms.send(new DescribeKeyCommand({ KeyId }))))?.KeyMetadata;
    return metadata === undefined || metadata.KeyState === 'PendingDeletion' ? undefined : { Arn: metadata.Arn ?? '', KeyId };
  },
});
