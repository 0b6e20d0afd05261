import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../call.ts';
import type { IamView } from './iam-snapshot.ts';
import type { ResourceView } from './resource-view.ts';

export type ContextValues = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a request needs. */
export interface Requirement {
  readonly action: string;
  readonly resource: string;
  /** How the resource is written in a denial, where that differs: a resource that does not exist yet. */
  readonly shownAs?: string;
  readonly context?: ContextValues;
  /** The service that asks on the caller's behalf; undefined for the request itself. */
  readonly via?: string;
  /** Asked when the caller is refused: SageMaker takes the execution role's permission as well. */
  readonly orRole?: string;
  /** Other spellings of the resource that satisfy the requirement as well. */
  readonly alternatives?: readonly string[];
}

/** What the rules about single services may look at. */
export interface Facts {
  readonly call: Call;
  readonly headers: IncomingHttpHeaders;
  readonly iam: IamView;
  readonly resources: ResourceView;
  /** Condition keys that the emulated service derives from what it keeps. */
  readonly serviceKeys: ContextValues;
}

export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A string, number or boolean as condition keys carry it. */
export const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

export const texts = (value: unknown): string[] => [value].flat().filter((item): item is string => typeof item === 'string' && item !== '');

export const records = (value: unknown): Readonly<Record<string, unknown>>[] =>
  [value].flat().filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
