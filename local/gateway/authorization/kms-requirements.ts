import { text, texts, type ContextValues, type Facts, type Requirement } from './requirement.ts';

/** Key of a ciphertext: moto, like KMS, puts the key's id in front. */
function keyOfCiphertext(blob: unknown): string | undefined {
  const bytes = typeof blob === 'string' ? Buffer.from(blob, 'base64') : blob instanceof Uint8Array ? Buffer.from(blob) : undefined;
  const id = bytes?.subarray(0, 36).toString('latin1');
  return id !== undefined && /^[A-Za-z0-9-]{36}$/.test(id) ? id : undefined;
}

/** KMS evaluates the ARN of the key, whatever the request calls it. */
export async function kmsRequirements(facts: Facts): Promise<Requirement[] | undefined> {
  const { call, resources } = facts;
  const { operation, input } = call;
  const base = `arn:${call.partition}:kms:${call.region}:${call.accountId}:`;
  const keyArn = async (id: string | undefined): Promise<string> =>
    id === undefined
      ? `${base}key/none`
      : ((await resources.key(id))?.arn ?? (id.startsWith('arn:') ? id : `${base}key/${id.replace(/^alias\//, '')}`));
  const context = keyContext(facts);
  switch (operation) {
    case 'CreateAlias':
    case 'UpdateAlias':
    case 'DeleteAlias': {
      const alias = text(input['AliasName']) ?? '';
      const target = text(input['TargetKeyId']) ?? (operation === 'DeleteAlias' ? alias : undefined);
      return [
        { action: `kms:${operation}`, resource: base + alias, context },
        { action: `kms:${operation}`, resource: await keyArn(target), context },
      ];
    }
    case 'ReEncrypt':
      return [
        {
          action: 'kms:ReEncryptFrom',
          resource: await keyArn(text(input['SourceKeyId']) ?? keyOfCiphertext(input['CiphertextBlob'])),
          context,
        },
        { action: 'kms:ReEncryptTo', resource: await keyArn(text(input['DestinationKeyId'])), context },
      ];
    case 'CreateKey':
    case 'ListKeys':
    case 'ListAliases':
    case 'GenerateRandom':
    case 'ListRetirableGrants':
      return undefined;
    default: {
      const id = text(input['KeyId']) ?? keyOfCiphertext(input['CiphertextBlob']);
      // No such key: KMS says so to everybody.
      if (id !== undefined && (await resources.key(id)) === undefined) return [];
      return [{ action: `kms:${operation}`, resource: await keyArn(id), context }];
    }
  }
}

function keyContext({ call }: Facts): ContextValues {
  const context: Record<string, string | string[]> = {};
  const encryption = Object.keys((call.input['EncryptionContext'] as object | undefined) ?? {});
  if (encryption.length > 0) context['kms:EncryptionContextKeys'] = encryption;
  const operations = texts(call.input['Operations']);
  if (operations.length > 0) context['kms:GrantOperations'] = operations;
  const grantee = text(call.input['GranteePrincipal']);
  if (grantee !== undefined) context['kms:GranteePrincipal'] = grantee;
  const id = text(call.input['KeyId']);
  if (id?.includes('alias/') === true) context['kms:RequestAlias'] = id.slice(id.indexOf('alias/'));
  return context;
}
