import { XMLParser } from 'fast-xml-parser';
import type { MotoClient } from '../moto/client.ts';

/** Server-side encryption of a bucket or an object. */
export interface Encryption {
  readonly algorithm: string | undefined;
  /** Key as stored: an ARN, an id or an alias; undefined for the AWS-managed key. */
  readonly keyId: string | undefined;
}

export interface KeyFacts {
  readonly arn: string;
  readonly policy: string;
  /** Made by AWS for a service (`aws/s3`); its policy lets the whole account use it through that service. */
  readonly awsManaged: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/** Policies and encryption of buckets and keys as moto has them, kept until a request through the gateway changes them. */
export class ResourceView {
  readonly #moto: MotoClient;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(moto: MotoClient) {
    this.#moto = moto;
  }

  /** Forgets what starts with `prefix`: `bucket/name`, `key/`. */
  invalidate(prefix: string): void {
    for (const name of this.#known.keys()) if (name.startsWith(prefix)) this.#known.delete(name);
  }

  #once<T>(name: string, read: () => Promise<T>): Promise<T> {
    let value = this.#known.get(name) as Promise<T> | undefined;
    if (value === undefined) {
      value = read();
      this.#known.set(name, value);
      value.catch(() => this.#known.delete(name));
    }
    return value;
  }

  bucketPolicy(bucket: string): Promise<string | undefined> {
    return this.#once(`bucket/${bucket}/policy`, async () => {
      const { status, text } = await this.#moto.text({ service: 's3', method: 'GET', path: `/${bucket}?policy` });
      if (status === 200) return text;
      if (status === 404) return undefined;
      throw new Error(`The policy of bucket ${bucket} could not be read: status ${String(status)}.`);
    });
  }

  /** Default encryption of a bucket. */
  bucketEncryption(bucket: string): Promise<Encryption> {
    return this.#once(`bucket/${bucket}/encryption`, async () => {
      const { status, text } = await this.#moto.text({ service: 's3', method: 'GET', path: `/${bucket}?encryption` });
      if (status !== 200) return { algorithm: undefined, keyId: undefined };
      type Rule = { ApplyServerSideEncryptionByDefault?: { SSEAlgorithm?: string; KMSMasterKeyID?: string } };
      const parsed = parser.parse(text) as { ServerSideEncryptionConfiguration?: { Rule?: Rule } };
      const rule = parsed.ServerSideEncryptionConfiguration?.Rule?.ApplyServerSideEncryptionByDefault;
      return { algorithm: rule?.SSEAlgorithm, keyId: rule?.KMSMasterKeyID };
    });
  }

  /** Encryption of one object, now; undefined where there is no such object. */
  async objectEncryption(bucket: string, key: string, versionId?: string): Promise<Encryption | undefined> {
    const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const query = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
    const { status, headers } = await this.#moto.text({ service: 's3', method: 'HEAD', path: `${path}${query}` });
    if (status !== 200) return undefined;
    const header = (name: string): string | undefined => headers[name] as string | undefined;
    return { algorithm: header('x-amz-server-side-encryption'), keyId: header('x-amz-server-side-encryption-aws-kms-key-id') };
  }

  /** Tags of one object, now; none where there is no such object. */
  async objectTags(bucket: string, key: string): Promise<Readonly<Record<string, string>>> {
    const { status, text } = await this.#moto.text({
      service: 's3',
      method: 'GET',
      path: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?tagging`,
    });
    if (status !== 200) return {};
    type Tag = { Key: string; Value: string };
    const tags = (parser.parse(text) as { Tagging?: { TagSet?: { Tag?: Tag | Tag[] } | '' } }).Tagging?.TagSet || {};
    return Object.fromEntries([tags.Tag ?? []].flat().map(({ Key, Value }) => [Key, Value]));
  }

  /** Encryption that a multipart upload was begun with. */
  uploads = new Map<string, Encryption>();

  /** A key by id, ARN, alias name or alias ARN; undefined where there is none. */
  key(id: string): Promise<KeyFacts | undefined> {
    return this.#once(`key/${id}`, async () => {
      const described = (await this.#moto.json('kms', 'TrentService.DescribeKey', { KeyId: id })) as
        { KeyMetadata: { Arn: string; KeyManager?: string } } | undefined;
      if (described === undefined) return undefined;
      const { Arn: arn, KeyManager: manager } = described.KeyMetadata;
      const policy = (await this.#moto.json('kms', 'TrentService.GetKeyPolicy', { KeyId: arn, PolicyName: 'default' })) as
        { Policy: string } | undefined;
      const tags = (await this.#moto.json('kms', 'TrentService.ListResourceTags', { KeyId: arn })) as
        { Tags?: { TagKey: string; TagValue: string }[] } | undefined;
      if (policy === undefined) throw new Error(`The policy of key ${arn} could not be read.`);
      return {
        arn,
        policy: policy.Policy,
        awsManaged: manager === 'AWS' || /(^|:)alias\/aws\//.test(id),
        tags: Object.fromEntries((tags?.Tags ?? []).map((tag) => [tag.TagKey, tag.TagValue])),
      };
    });
  }

  /** ARN of a secret by name or ARN. */
  secretArn(id: string): Promise<string | undefined> {
    return this.#once(`secret/${id}`, async () => {
      const secret = (await this.#moto.json('secretsmanager', 'secretsmanager.DescribeSecret', { SecretId: id })) as
        { ARN: string } | undefined;
      return secret?.ARN;
    });
  }
}
