import { digest } from '../../../deploy/stable-json.ts';
import { type Catalog, invalid } from './answers.ts';

/**
 * Runs `work` once per token: the same request with the same token gets the first one's result, another request with it
 * is refused. `work` changes the store; it is saved here.
 */
export function once(catalog: Catalog, operation: string, token: string | undefined, request: unknown, work: () => string): string {
  const { state } = catalog.store;
  const key = `${operation} ${token ?? ''}`;
  const hash = digest(request);
  const earlier = token === undefined ? undefined : state.tokens[key];
  if (earlier !== undefined) {
    if (earlier.request !== hash) throw invalid(`The idempotency token ${token ?? ''} was used before with other parameters.`);
    return earlier.result;
  }
  const result = work();
  if (token !== undefined) state.tokens[key] = { request: hash, result };
  catalog.store.save();
  return result;
}

/** What is gone cannot be answered again: a token that led to it may be used anew. */
export function forget(catalog: Catalog, id: string): void {
  for (const [key, { result }] of Object.entries(catalog.store.state.tokens))
    if (result === id) Reflect.deleteProperty(catalog.store.state.tokens, key);
}
