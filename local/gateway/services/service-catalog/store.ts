import type {
  ConstraintDetail,
  PortfolioDetail,
  ProvisioningArtifactDetail,
  RecordDetail,
  RecordOutput,
  Tag,
  TagOptionDetail,
} from '@aws-sdk/client-service-catalog';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readState, writeState } from '../../state-file.ts';

/** Dates are kept as ISO strings on disk and become dates in answers. */
type Stored<T> = { [K in keyof T]: T[K] extends Date | undefined ? string : T[K] };

export interface Portfolio {
  readonly detail: Stored<PortfolioDetail> & { Id: string };
  tags: Tag[];
}

export interface Artifact extends Stored<ProvisioningArtifactDetail> {
  readonly Id: string;
  Active: boolean;
}

export interface Product {
  readonly id: string;
  readonly createdTime: string;
  readonly type: string;
  name: string;
  owner: string;
  description?: string | undefined;
  distributor?: string | undefined;
  supportDescription?: string | undefined;
  supportEmail?: string | undefined;
  supportUrl?: string | undefined;
  tags: Tag[];
  artifacts: Artifact[];
}

export interface Constraint {
  readonly detail: ConstraintDetail & { ConstraintId: string; PortfolioId: string; ProductId: string; Type: string };
  parameters: string;
}

export interface ProvisionedProduct {
  readonly id: string;
  readonly name: string;
  readonly createdTime: string;
  status: 'AVAILABLE' | 'UNDER_CHANGE' | 'TAINTED' | 'ERROR';
  statusMessage?: string | undefined;
  readonly productId: string;
  readonly productName: string;
  readonly artifactId: string;
  readonly artifactName: string;
  readonly portfolioId: string;
  readonly launchRoleArn: string;
  /** The user or role, and the session. */
  readonly userArn: string;
  readonly userArnSession: string;
  readonly tags: Tag[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackName: string;
  lastRecordId: string;
  lastProvisioningRecordId: string;
  lastSuccessfulProvisioningRecordId?: string | undefined;
}

export interface Record_ extends Stored<RecordDetail> {
  readonly RecordId: string;
  outputs: RecordOutput[];
  readonly userArn: string;
}

interface State {
  portfolios: Record<string, Portfolio>;
  products: Record<string, Product>;
  constraints: Record<string, Constraint>;
  tagOptions: Record<string, TagOptionDetail & { Id: string }>;
  portfolioProducts: { portfolioId: string; productId: string; createdTime: string }[];
  portfolioPrincipals: { portfolioId: string; principalArn: string; principalType: string }[];
  tagOptionResources: { tagOptionId: string; resourceId: string }[];
  provisioned: Record<string, ProvisionedProduct>;
  records: Record<string, Record_>;
  /** Idempotency tokens: what was asked with each, and what it led to. */
  tokens: Record<string, { readonly request: string; readonly result: string }>;
}

const EMPTY: State = {
  portfolios: {},
  products: {},
  constraints: {},
  tagOptions: {},
  portfolioProducts: [],
  portfolioPrincipals: [],
  tagOptionResources: [],
  provisioned: {},
  records: {},
  tokens: {},
};

/** Everything that Service Catalog knows, in one file, and a file per template. */
export class Store {
  readonly state: State;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.state = readState(this.#path, structuredClone(EMPTY));
  }

  get #path(): string {
    return join(this.#folder, 'state.json');
  }

  save(): void {
    writeState(this.#path, this.state);
  }

  template(artifactId: string): unknown {
    return JSON.parse(readFileSync(join(this.#folder, `${artifactId}.template.json`), 'utf8'));
  }

  writeTemplate(artifactId: string, body: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.#folder, `${artifactId}.template.json`), body, { mode: 0o600 });
  }

  removeTemplate(artifactId: string): void {
    rmSync(join(this.#folder, `${artifactId}.template.json`), { force: true });
  }
}

/** `port-`, `prod-`, `pa-`, `cons-`, `tag-`, `pp-`, `rec-` and thirteen characters, as Service Catalog makes them. */
export const newId = (prefix: string): string =>
  `${prefix}-${[...randomBytes(13)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('')}`;
