import { SealabError } from '../contract/index.ts';
import { sleep } from './sleep.ts';
import { isTransient, isUncertain } from './transient.ts';

export interface Submission<Answer> {
  readonly send: () => Promise<Answer>;
  /**
   * Looks for the resource by its name; `undefined` when there is none. Left out where the request carries a token by which
   * SageMaker knows it again (`ClientToken`, `ClientRequestToken`): it is then sent again as it is.
   */
  readonly find?: () => Promise<object | undefined>;
  /** What was sent: a resource of that name which was made from it is ours. */
  readonly input: object;
  readonly signal: AbortSignal;
}

const ROUNDS = 4;
const TAKEN = /^(ResourceInUse|ResourceInUseException|ConflictException)$/;
/** AWS says "already exists" for models and configurations in a ValidationException. */
const EXISTS = /already exist|must be unique/i;

const TOKENS = ['ClientRequestToken', 'ClientToken'];

/**
 * Creates a resource at most once although the network may fail: the resource's name is the token. When no answer
 * came it looks for the resource and sends again only if there is none; when the name is taken after such a failure and
 * the resource is made from this very request, it is the one that was asked for. A request with a token of its own is
 * sent again with the same one: AWS answers as it did the first time.
 */
export async function submitOnce<Answer>({ send, find, input, signal }: Submission<Answer>): Promise<Answer | undefined> {
  const hasToken = TOKENS.some((token) => typeof (input as Record<string, unknown>)[token] === 'string');
  if (find === undefined && !hasToken) throw new SealabError('Internal', 'A request without a token needs a way to find what it made.');
  let uncertain = false;
  for (let round = 1; ; round++) {
    try {
      return await send();
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { attempts?: number } };
      const taken = TAKEN.test(name) || EXISTS.test(message);
      // The AWS SDK itself sends again after a lost connection: its second attempt then finds the name taken.
      uncertain ||= isUncertain(error) || ($metadata?.attempts ?? 1) > 1;
      if (!uncertain || (!taken && !isTransient(error))) throw error;
      if (find === undefined) {
        if (taken || round === ROUNDS) throw error;
        await sleep(200 * 2 ** round, signal);
        continue;
      }
      const found = await find().catch((problem: unknown) => {
        if (isTransient(problem)) return undefined;
        throw error;
      });
      if (found !== undefined) {
        if (isMadeFrom(input, found)) return undefined;
        throw error;
      }
      // A name that is taken by what Describe does not show yet: SageMaker's answers lag behind one another.
      if (round === ROUNDS) throw error;
      await sleep(200 * 2 ** round, signal);
    }
  }
}

/** Whether a Describe answer shows what the request asked for, in every field that both have. */
export function isMadeFrom(input: object, described: object): boolean {
  return Object.entries(input).every(([field, sent]) => {
    const shown = (described as Record<string, unknown>)[field];
    return field === 'Tags' || sent === undefined || shown === undefined || shows(sent, shown);
  });
}

function shows(sent: unknown, shown: unknown): boolean {
  if (Array.isArray(sent))
    return Array.isArray(shown) && sent.length === shown.length && sent.every((item, index) => shows(item, shown[index]));
  if (typeof sent === 'object' && sent !== null) {
    return (
      typeof shown === 'object' &&
      shown !== null &&
      Object.entries(sent).every(([key, value]) => value === undefined || shows(value, (shown as Record<string, unknown>)[key]))
    );
  }
  return sent === shown;
}

/** SageMaker says `ValidationException: Requested resource not found.`, of transform, tuning and AutoML jobs `ResourceNotFound`. */
export const notThere = (error: unknown): undefined => {
  const { name, message } = error as Error;
  if (name === 'ResourceNotFound' || /not found|could not find|does not exist/i.test(message)) return undefined;
  throw error;
};
