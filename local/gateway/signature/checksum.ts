import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../call.ts';
import type { Body } from '../http/body.ts';

/** Checksums of S3 uploads that are verified here; the other algorithms are left to moto. */
const VERIFIED: Readonly<Record<string, (body: Body) => Promise<string>>> = {
  'x-amz-checksum-crc32': async (body) => {
    let value = 0;
    for await (const chunk of body.stream()) value = crc32(chunk as Buffer, value);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes.toString('base64');
  },
  'x-amz-checksum-sha256': (body) => Promise.resolve(Buffer.from(body.sha256, 'hex').toString('base64')),
  'x-amz-checksum-sha1': (body) => digest(body, 'sha1'),
  'content-md5': (body) => digest(body, 'md5'),
};

async function digest(body: Body, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of body.stream()) hash.update(chunk as Buffer);
  return hash.digest('base64');
}

/** Compares the checksums that a request states with its body. Throws S3's BadDigest. */
export async function verifyChecksums(body: Body, stated: Readonly<Record<string, string | string[] | undefined>>): Promise<void> {
  for (const [name, compute] of Object.entries(VERIFIED)) {
    const value = stated[name];
    if (typeof value === 'string' && value !== (await compute(body))) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`, 400);
    }
  }
}
