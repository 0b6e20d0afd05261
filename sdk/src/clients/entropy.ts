/**
 * The first TLS handshake of a Deno process gathers entropy from the processor's jitter: 30 to 70 ms in which nothing else runs.
 * Any random key gathers the same entropy, but on a thread of its own, while JavaScript goes on.
 */
if ('Deno' in globalThis) void crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']).catch(() => undefined);

export {};
