import type { LabContext } from '../context.ts';
import { setAt } from '../contract/index.ts';
import type { DataInput } from '../inputs/api.ts';
import { outgoingFiles } from '../inputs/files.ts';
import { contentPlace, isS3Uri, putOnce, upload } from '../inputs/upload.ts';
import { packSource } from '../source/pack.ts';
import type { Source } from '../source/api.ts';
import { isExpression } from './definition.ts';
import { asText } from './expressions.ts';

/** Something that has to be in S3 before an execution starts. */
export type Upload = (context: LabContext, signal: AbortSignal) => Promise<unknown>;

/** Where numbers and names that are known later go in the request: option → path. */
export type Places = Readonly<Record<string, string>>;

/** Separates what is known later from the options of a job, so that the builder of its request sees plain values only. */
export class Separation {
  readonly uploads: Upload[] = [];
  readonly #places: { readonly within: readonly (string | number)[]; readonly path: string; readonly value: unknown }[] = [];
  readonly #texts = new Map<string, unknown>();

  /** A text that stands for the expression while the request is built. */
  text(value: unknown, begin = ''): unknown {
    if (!isExpression(value)) return value;
    const placeholder = `${begin}sealab-later-${this.#texts.size}`;
    this.#texts.set(placeholder, value);
    return placeholder;
  }
  texts(values: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> | undefined {
    return values === undefined
      ? undefined
      : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, this.text(asText(value))]));
  }
  /** What the builder of the request writes, and what stands there in the end. */
  replace(written: string, value: unknown): void {
    this.#texts.set(written, value);
  }
  /** An input by its place in S3; local data gets the place that it will be uploaded to. */
  async input(value: unknown, { environment }: LabContext, to: 'data' | 'model' = 'data'): Promise<unknown> {
    const bucket = environment.buckets[to];
    if (isExpression(value)) return this.text(value, `s3://${bucket}/`);
    const input = value as DataInput;
    if (isS3Uri(input) || (typeof input === 'object' && 's3Uri' in input)) return input;
    const { s3Uri } = await contentPlace(await outgoingFiles(input), bucket);
    this.uploads.push(({ clients, environment: own }, signal) => upload({ s3: clients.s3, environment: own }, input, { to, signal }));
    return s3Uri;
  }
  async inputs(values: Readonly<Record<string, unknown>> | undefined, context: LabContext): Promise<Record<string, unknown> | undefined> {
    if (values === undefined) return undefined;
    return Object.fromEntries(
      await Promise.all(Object.entries(values).map(async ([key, value]) => [key, await this.input(value, context)] as const)),
    );
  }
  /** Code that goes to the artifacts bucket, under keys that name the content. */
  async code(
    source: Source,
    objects: (packed: Awaited<ReturnType<typeof packSource>>) => readonly (readonly [key: string, bytes: Uint8Array])[],
  ): Promise<void> {
    const all = objects(await packSource(source));
    this.uploads.push(({ clients, environment }, signal) =>
      Promise.all(all.map(([key, bytes]) => putOnce(clients.s3, environment.buckets.artifacts, key, bytes, true, signal))),
    );
  }
  /** Options without those that have a place of their own in the request, or in what is `within` it. */
  options(options: object, places: Places, within: readonly (string | number)[] = []): Record<string, unknown> {
    const plain = Object.entries(options).filter(([key, value]) => {
      const path = Object.hasOwn(places, key) && isExpression(value) ? places[key] : undefined;
      if (path !== undefined) this.#places.push({ within, path, value });
      return path === undefined;
    });
    return Object.fromEntries(plain);
  }
  /** The request with the expressions where their stand-ins are. */
  restored(request: object): Record<string, unknown> {
    const restore = (value: unknown): unknown => {
      if (typeof value === 'string') return this.#texts.get(value) ?? this.#texts.get(unquoted(value)) ?? value;
      if (Array.isArray(value)) return value.map(restore);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, restore(item)]])));
    };
    const result = restore(request) as Record<string, unknown>;
    for (const { within, path, value } of this.#places) {
      const part = within.reduce<unknown>((object, key) => (object as Record<string | number, unknown>)[key], result);
      setAt(part as Record<string, unknown>, path, value);
    }
    return result;
  }
}

/** Hyperparameters are written as JSON. */
const unquoted = (text: string): string => (text.startsWith('"sealab-later-') ? text.slice(1, -1) : text);
