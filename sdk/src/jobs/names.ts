import { randomBytes } from 'node:crypto';
import { SealabError } from '../contract/index.ts';

/** What SageMaker takes as the name of a job, model or endpoint. */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** A name that nobody else has: what it is about, when, and four random characters. */
export function freshName(about: string, now = new Date()): string {
  const stem = about
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 38)
    .replace(/-+$/, '');
  const time = now.toISOString().slice(2, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${stem === '' ? 'job' : stem}-${time}-${randomBytes(2).toString('hex')}`;
}

/** Refuses here what SageMaker would refuse, with the rule in words. */
export function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new SealabError('InvalidInput', `name: ${JSON.stringify(name)} is not a name for SageMaker.`, {
    remedy: 'Use 1 to 63 letters, digits and hyphens, beginning and ending with a letter or a digit.',
    details: { field: 'name', given: name, pattern: NAME.source },
  });
}
