import { randomInt } from 'node:crypto';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** As SageMaker ends names that must be unique. */
export const randomLetters = (count: number, alphabet = LETTERS_AND_DIGITS): string =>
  Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
