import { SealabError } from '@sealab/sdk';

/** The error of what has to be refused, which is one of Sealab's own. */
export const refusal = (act: () => unknown): SealabError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SealabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

/** The error that a promise has to end with: Sealab's, or what AWS or the network said. */
export const failure = (promise: Promise<unknown>): Promise<SealabError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as SealabError,
  );
