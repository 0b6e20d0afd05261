import { randomBytes } from 'node:crypto';
import { SealabError } from '../contract/index.ts';

/** What SageMaker takes as the name of a job, model or endpoint. */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** Of the name of a job, model or endpoint. */
const MOST_CHARACTERS = 63;
/** Of the name of a tuning or AutoML job: the names of their training jobs begin with it. */
export const SHORT_NAME = 32;
/** `freshSuffix`, with the hyphen before it. */
const STAMP = 19;

/** A name that nobody else has: what it is about, when, and four random characters. */
export function freshName(about: string, now = new Date(), most = MOST_CHARACTERS): string {
  const stem = about
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, Math.min(38, most - STAMP))
    .replace(/-+$/, '');
  return `${stem === '' ? 'job' : stem}-${freshSuffix(now)}`;
}

/** When, and four random characters: 18 in all. */
export function freshSuffix(now = new Date()): string {
  const time = now.toISOString().slice(2, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

/** Refuses here what SageMaker would refuse, with the rule in words. */
export function checkedName(name: string, most = MOST_CHARACTERS): string {
  if (NAME.test(name) && name.length <= most) return name;
  throw new SealabError('InvalidInput', `name: ${JSON.stringify(name)} is not a name for SageMaker.`, {
    remedy: `Use 1 to ${most} letters, digits and hyphens, beginning and ending with a letter or a digit.`,
    details: { field: 'name', given: name, pattern: NAME.source },
  });
}
