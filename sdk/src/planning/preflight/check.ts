import type { LabContext } from '../../context.ts';
import { isDenial } from '../../secure/index.ts';
import type { LabRequest, PreflightFinding } from '../api.ts';
import type { Facts, Named } from './facts.ts';

/** Services that a network may have no way to. */
export type Distant = 'iam' | 'servicequotas';

/** What a check works with. */
export interface Asked {
  readonly context: LabContext;
  readonly request: LabRequest;
  readonly facts: Facts;
  /** Another one each time that it is read, for one request: they all listening at one signal looks like a leak to the runtime. */
  readonly signal: AbortSignal;
  /** The same for a question to IAM: it ends earlier, so that there is time for what stands in for the answer. */
  readonly patience: AbortSignal;
  /** ARN of the caller's role or user, as policies name it. Asked once. */
  readonly caller: () => Promise<string>;
  /** ARN of whoever sends the request that a value stands in: the caller, or the role that the lab or a pipeline takes for it. */
  readonly sender: (named: Named) => Promise<string>;
  /** State of each VPC endpoint, by the name that AWS gives the service. Asked once. */
  readonly endpoints: () => Promise<ReadonlyMap<string, string>>;
  /** Whether the service can be asked from where this runs, as far as that is known without trying. */
  readonly reaches: (service: Distant) => Promise<boolean>;
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

/** What to do about a value: nobody can leave out what he has not given. */
export const leaveOut = ({ origin }: Named, what: string): string =>
  origin === 'caller' ? `Leave the ${what} out: Sealab takes the project’s.` : 'Ask your administrator to deploy the environment again.';

/** AWS looked, and there is none. S3 answers a HEAD without saying more than 404. */
export const isAbsent = (error: unknown): boolean => {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return /NotFound(Error|Exception)?$|^NoSuch/.test(name) || $metadata?.httpStatusCode === 404;
};

/** AWS answered that the caller may not. */
export const isRefused = (error: unknown): boolean => isDenial(error) || (error as { code?: string }).code === 'AccessDenied';
