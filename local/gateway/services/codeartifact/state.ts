import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PATHS } from '../../../paths.ts';

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
    this.#state = this.#read();
  }

  get domains(): Record<string, Domain> {
    return this.#state.domains;
  }

  get repositories(): Record<string, Repository> {
    return this.#state.repositories;
  }

  save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.next`, JSON.stringify(this.#state));
    renameSync(`${this.#file}.next`, this.#file);
  }

  #read(): State {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { domains: {}, repositories: {} };
      throw error;
    }
  }
}
