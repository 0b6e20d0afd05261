import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PATHS } from '../paths.ts';

/** The gateway issues tokens (GetAuthorizationToken), the mirror checks them: two processes that share this key. */
const keyFile = join(PATHS.state, 'codeartifact', 'token-key');

function key(): Buffer {
  if (!existsSync(keyFile)) {
    mkdirSync(dirname(keyFile), { recursive: true });
    const fresh = `${keyFile}.${process.pid}`;
    writeFileSync(fresh, randomBytes(32), { mode: 0o600, flag: 'wx' });
    renameSync(fresh, keyFile);
  }
  return readFileSync(keyFile);
}

const sign = (claims: string) => createHmac('sha256', key()).update(claims).digest();

/** A bearer token for the mirror of `domain` that ends at `expiration`. */
export function issueToken(domain: string, expiration: Date): string {
  const claims = Buffer.from(JSON.stringify({ domain, exp: Math.floor(expiration.getTime() / 1000) })).toString('base64url');
  return `${claims}.${sign(claims).toString('base64url')}`;
}

/** The domain that a token was issued for; `undefined` when it is forged or has expired. */
export function verifyToken(token: string, now = Date.now()): string | undefined {
  const [claims, signature] = token.split('.');
  if (claims === undefined || signature === undefined) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const wanted = sign(claims);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const { domain, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { domain: string; exp: number };
  return exp * 1000 > now ? domain : undefined;
}
