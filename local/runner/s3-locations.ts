/** `s3://bucket/key` in its two parts; the key may be empty. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  if (bucket === undefined) throw new TypeError(`${uri} is not an S3 URI.`);
  return { bucket, key };
}

/** Puts parts together with single slashes between: an output path may end with one. */
export const joinS3 = (prefix: string, ...parts: readonly string[]): string => [prefix.replace(/\/+$/, ''), ...parts].join('/');

/**
 * Path of an object below a channel's folder: what follows the prefix when the prefix is a folder, its last name when the prefix is the
 * object itself, and what follows the prefix's last slash when the prefix ends in the middle of names. `undefined`: not a file.
 */
export function pathInChannel(prefix: string, key: string): string | undefined {
  const folder =
    prefix === '' || prefix.endsWith('/')
      ? prefix
      : key.startsWith(`${prefix}/`)
        ? `${prefix}/`
        : prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const path = key.slice(folder.length);
  if (path === '' || path.endsWith('/')) return undefined;
  return path.split('/').some((part) => part === '' || part === '.' || part === '..') ? undefined : path;
}
