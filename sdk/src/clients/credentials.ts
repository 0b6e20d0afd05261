import type { Credentials } from '../lab-api.ts';

export interface CredentialProvider {
  (): Promise<Credentials>;
  /** Forgets the present answer, because AWS has refused it as ended: the next one is fetched. */
  renew?(): void;
  /** Tells the AWS SDK not to keep answers itself: it would go on with refused ones. */
  readonly memoized?: true;
}

/** Credentials are fetched anew this long before they end, so that none ends on its way to AWS. */
const MARGIN_MS = 5 * 60_000;
const FIRST_RETRY_MS = 60_000;

/**
 * The caller's credentials: environment variables, container credentials (jobs, Studio spaces, the local sandboxes), and
 * whatever the AWS SDK finds after that (shared files, the notebook instance's role). Loaded when first needed; one answer serves all clients.
 */
export function defaultCredentials(): CredentialProvider {
  let chain: Promise<CredentialProvider> | undefined;
  return memoized(async () => (await (chain ??= chooseChain()))());
}

async function chooseChain(): Promise<CredentialProvider> {
  const {
    AWS_PROFILE: profile,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (profile === undefined && accessKeyId !== undefined && secretAccessKey !== undefined) {
    return () => Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
  }
  const container = process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? process.env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  if (profile === undefined && container !== undefined) {
    const { fromHttp } = await import('@aws-sdk/credential-provider-http');
    return fromHttp({ maxRetries: 3, timeout: 2_000 });
  }
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider();
}

/** One fetch at a time, one answer until shortly before it ends, or until AWS refuses it. */
export function memoized(provider: () => Promise<Credentials>): CredentialProvider {
  let current: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  let retryAfter = 0;
  const left = () => (current?.expiration === undefined ? Infinity : current.expiration.getTime() - Date.now());
  const provide = async () => {
    if (current !== undefined && (left() > MARGIN_MS || (left() > 0 && Date.now() < retryAfter))) return current;
    pending ??= provider()
      .then((credentials) => {
        current = credentials;
        // A provider may keep answering with ones that end soon: it is not asked again at every request.
        if (left() <= MARGIN_MS) retryAfter = Date.now() + FIRST_RETRY_MS;
        return credentials;
      })
      .finally(() => (pending = undefined));
    return pending;
  };
  return Object.assign(provide, { renew: () => void (current = undefined), memoized: true as const });
}
