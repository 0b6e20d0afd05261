import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { LabContext } from '../context.ts';
import type { Check } from './api.ts';
import { broken, check, sealed } from './check.ts';

interface Statement {
  readonly Effect?: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Whether a statement denies on a condition key, whatever the operator. */
const deniesOn = (statements: readonly Statement[], key: string): boolean =>
  statements.some(
    ({ Effect, Condition }) =>
      Effect === 'Deny' && Object.values(Condition ?? {}).some((keys) => Object.keys(keys).some((name) => name.toLowerCase() === key)),
  );

/** Each bucket: default encryption with the storage key, public access blocked, a policy that insists, versions. */
export function bucketChecks({ environment, clients: { s3 } }: LabContext): Promise<Check>[] {
  return Object.entries(environment.buckets).flatMap(([purpose, Bucket]) => {
    // S3 itself delivers access logs, and can do so with its own key only.
    const logs = purpose === 'logs';
    return [
      check(`buckets.${purpose}-encrypted`, `Bucket for ${purpose} encrypted`, async () => {
        const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
        const rule = ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
        if (logs && rule?.SSEAlgorithm === 'AES256') return sealed('Encrypted by S3, as access logs have to be.');
        if (rule?.SSEAlgorithm !== 'aws:kms') return broken(`Default encryption is ${rule?.SSEAlgorithm ?? 'off'}.`);
        return rule.KMSMasterKeyID === environment.keys.storage
          ? sealed('With the project’s storage key.')
          : broken(`With another key: ${rule.KMSMasterKeyID ?? 'the one of AWS'}.`);
      }),
      check(`buckets.${purpose}-private`, `Bucket for ${purpose} not public`, async () => {
        const { PublicAccessBlockConfiguration: block } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
        const open = (['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const).filter(
          (setting) => block?.[setting] !== true,
        );
        return open.length === 0 ? sealed('Public access is blocked in all four ways.') : broken(`Not set: ${open.join(', ')}.`);
      }),
      check(
        `buckets.${purpose}-policy`,
        logs ? 'Bucket for logs refuses plain HTTP' : `Bucket for ${purpose} refuses other ways and keys`,
        async () => {
          const { Policy = '{}' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
          const statements = listed((JSON.parse(Policy) as { Statement?: unknown }).Statement ?? []) as readonly Statement[];
          const wanted: readonly (readonly [string, string])[] = [
            ['aws:securetransport', 'TLS'],
            ...(logs
              ? []
              : ([
                  ['s3:x-amz-server-side-encryption-aws-kms-key-id', 'the storage key'],
                  ['aws:sourcevpce', 'the VPC endpoint'],
                ] as const)),
          ];
          const missing = wanted.filter(
            ([key]) => !deniesOn(statements, key) && !(key === 'aws:sourcevpce' && deniesOn(statements, 'aws:sourcevpc')),
          );
          return missing.length === 0
            ? sealed(`Its policy insists on ${wanted.map(([, what]) => what).join(', ')}.`)
            : broken(`Its policy does not insist on ${missing.map(([, what]) => what).join(', ')}.`);
        },
      ),
      check(`buckets.${purpose}-versioned`, `Bucket for ${purpose} keeps versions`, async () => {
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
        return Status === 'Enabled'
          ? sealed('What is overwritten or removed can be brought back.')
          : broken(`Versioning is ${Status ?? 'off'}.`);
      }),
    ];
  });
}
