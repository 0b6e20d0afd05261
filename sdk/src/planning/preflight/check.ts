import type { LabContext } from '../../context.ts';
import type { LabRequest, PreflightFinding } from '../api.ts';
import type { Facts } from './facts.ts';

/** What a check works with. */
export interface Asked {
  readonly context: LabContext;
  readonly request: LabRequest;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** ARN of the caller's role or user, as policies name it. Asked once. */
  readonly caller: () => Promise<string>;
}

export type Finding = Omit<PreflightFinding, 'check'>;

/** One thing that is looked at before a submission; a file each. */
export interface PreflightCheck {
  readonly name: string;
  /** No findings where the request has nothing of the kind. Throws where it could not ask. */
  ask(asked: Asked): Promise<readonly Finding[]>;
}

export const ok = (finding: string, field?: string): Finding => ({ status: 'ok', finding, ...(field === undefined ? {} : { field }) });
export const problem = (finding: string, remedy: string, field?: string): Finding => ({
  status: 'problem',
  finding,
  remedy,
  ...(field === undefined ? {} : { field }),
});
export const unknown = (finding: string, field?: string): Finding => ({
  status: 'unknown',
  finding,
  ...(field === undefined ? {} : { field }),
});

/** AWS looked, and there is none. S3 answers a HEAD without saying more than 404. */
export const isAbsent = (error: unknown): boolean => {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return /NotFound(Error|Exception)?$|^NoSuch/.test(name) || $metadata?.httpStatusCode === 404;
};
