import { join } from 'node:path';
import { PATHS } from '../../../paths.ts';
import { readState, writeState } from '../../state-file.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface Domain {
  readonly name: string;
  readonly arn: string;
  readonly encryptionKey: string;
  readonly createdTime: string;
  tags: Tag[];
  policy?: Policy;
}

export interface Repository {
  readonly name: string;
  readonly domainName: string;
  readonly arn: string;
  readonly createdTime: string;
  description?: string;
  upstreams: { repositoryName: string }[];
  externalConnections: string[];
  tags: Tag[];
  policy?: Policy;
}

export interface Policy {
  readonly revision: string;
  readonly document: string;
}

interface State {
  domains: Record<string, Domain>;
  /** By `domain/repository`. */
  repositories: Record<string, Repository>;
}

/** Domains and repositories, written as a whole after every change. */
export class CodeArtifactState {
  readonly #file = join(PATHS.state, 'codeartifact', 'state.json');
  readonly #state: State;

  constructor() {
    this.#state = readState<State>(this.#file, { domains: {}, repositories: {} });
  }

  get domains(): Record<string, Domain> {
    return this.#state.domains;
  }

  get repositories(): Record<string, Repository> {
    return this.#state.repositories;
  }

  removeDomain(name: string): void {
    this.#state.domains = Object.fromEntries(Object.entries(this.domains).filter(([key]) => key !== name));
    this.save();
  }

  /** `key`: `domain/repository`. */
  removeRepository(key: string): void {
    this.#state.repositories = Object.fromEntries(Object.entries(this.repositories).filter(([name]) => name !== key));
    this.save();
  }

  save(): void {
    writeState(this.#file, this.#state);
  }
}
