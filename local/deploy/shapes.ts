import { z } from 'zod';

/** CloudFormation accepts booleans and numbers as strings and the other way round. */
export const flag = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());
export const whole = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
  z.number().int(),
);
export const text = z.preprocess((value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value), z.string());
export const texts = z.array(text);

export const tag = z.strictObject({ Key: z.string(), Value: text });
export const tags = z.array(tag).optional();
export type Tags = readonly { readonly Key: string; readonly Value: string }[] | undefined;

/** A policy document: passed on whole, so every part of it arrives. */
export const document = z.record(z.string(), z.unknown());

export const writable = (list: Tags): { Key: string; Value: string }[] => (list ?? []).map(({ Key, Value }) => ({ Key, Value }));
/** For services whose tags are a map. */
export const tagMap = (list: Tags): Record<string, string> => Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
/** Keys that `previous` had and `next` has not. */
export const goneKeys = (previous: Tags, next: Tags): string[] => {
  const kept = new Set((next ?? []).map(({ Key }) => Key));
  return (previous ?? []).map(({ Key }) => Key).filter((key) => !kept.has(key));
};
