import type { Control, EnvironmentDescription } from '../contract/index.ts';
import { isRelaxed, wantedValues } from './wanted.ts';

const S3_URI = /^s3:\/\/([^/]+)(?:\/|$)/;

/** Bucket of an S3 URI; `undefined` when it is none. */
export const bucketOf = (uri: unknown): string | undefined => (typeof uri === 'string' ? S3_URI.exec(uri)?.[1] : undefined);

/** `registry` may carry a path: the next character in the image must then end a path segment. */
const inRegistry = (image: unknown, registry: unknown): boolean => {
  if (typeof image !== 'string' || typeof registry !== 'string' || registry === '') return false;
  if (!image.startsWith(registry)) return false;
  return registry.endsWith('/') || ['/', ':', '@', undefined].includes(image[registry.length]);
};

/** Whether a value that is there is one that the control wants. */
export function matches(control: Control, value: unknown, environment: EnvironmentDescription): boolean {
  if (typeof value === 'boolean' && isRelaxed(control, environment)) return true;
  const wanted = wantedValues(control, environment);
  switch (control.match) {
    case 'equals':
      return value === wanted[0];
    case 'one-of':
      return wanted.includes(value);
    case 'subset':
      return Array.isArray(value) && value.length > 0 && value.every((item) => wanted.includes(item));
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'absent':
      return false;
    case 'in-bucket':
      return wanted.includes(bucketOf(value));
    case 'in-registry':
      return wanted.some((registry) => inRegistry(value, registry));
  }
}

/** Whether the control is kept where the field is missing although its enclosing object is there. */
export function mayBeMissing(control: Control, environment: EnvironmentDescription): boolean {
  if (control.match === 'false' || control.match === 'absent') return true;
  if (control.match === 'true' && isRelaxed(control, environment)) return true;
  return control.fill === 'never';
}
