/** Loopback port, inside a sandbox, of its role's credentials. */
export const CREDENTIALS_PORT = 9911;
/** Where a sandbox sees the certificates that it trusts. */
export const CERTIFICATES = '/etc/pki/tls/certs/ca-bundle.crt';

/** Names that decide which programs and libraries run: a job's own environment never sets them. */
const PLATFORMS = /^(PATH|HOME|IFS|ENV|BASH_ENV|LD_.*|PYTHON.*|GCONV_PATH|LOCPATH|NODE_OPTIONS)$/;

/** The caller's variables less those that are the platform's, then the platform's. */
export function sandboxEnvironment(
  ofCaller: Readonly<Record<string, string>>,
  ofPlatform: Readonly<Record<string, string>>,
): Record<string, string> {
  const allowed = Object.entries(ofCaller).filter(([name]) => !PLATFORMS.test(name));
  return { ...Object.fromEntries(allowed), ...ofPlatform };
}

/** What lets AWS SDKs and command lines of any language find the gateway, trust it and get the role's credentials. */
export function awsEnvironment(platform: { readonly endpointUrl: string; readonly region: string }): Record<string, string> {
  const trust = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'DENO_CERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
  return {
    AWS_ENDPOINT_URL: platform.endpointUrl,
    AWS_REGION: platform.region,
    AWS_DEFAULT_REGION: platform.region,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${String(CREDENTIALS_PORT)}/credentials`,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(trust.map((name) => [name, CERTIFICATES])),
  };
}
