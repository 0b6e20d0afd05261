import type {
  ProductViewSummary,
  ProvisionedProductAttribute,
  ProvisionedProductDetail,
  ProvisioningArtifactDetail,
  RecordDetail,
} from '@aws-sdk/client-service-catalog';
import { omit } from '../../../deploy/omit.ts';
import { AwsError } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Artifact, Constraint, Portfolio, Product, ProvisionedProduct, Record_, Store } from './store.ts';

/** What every handler of this service uses. */
export interface Catalog {
  readonly platform: Platform;
  readonly store: Store;
  /** Where the deployer keeps the state of stacks. */
  readonly stacks: string;
}

export const notFound = (what: string, id: string | undefined): AwsError =>
  new AwsError('ResourceNotFoundException', `${what} ${id ?? ''} not found.`);
export const invalid = (message: string): AwsError => new AwsError('InvalidParametersException', message);
export const duplicate = (message: string): AwsError => new AwsError('DuplicateResourceException', message);
export const inUse = (message: string): AwsError => new AwsError('ResourceInUseException', message);

/** A member that the model requires. */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined || value === '')
    throw invalid(`1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`);
  return value;
}

export function portfolioOf({ store }: Catalog, id: string | undefined): Portfolio {
  const found = store.state.portfolios[required('portfolioId', id)];
  if (found === undefined) throw notFound('Portfolio', id);
  return found;
}

export function productOf({ store }: Catalog, id: string | undefined): Product {
  const found = store.state.products[required('productId', id)];
  if (found === undefined) throw notFound('Product', id);
  return found;
}

export function artifactOf(product: Product, id: string | undefined): Artifact {
  const found = product.artifacts.find((artifact) => artifact.Id === id);
  if (found === undefined) throw notFound('Provisioning artifact', id);
  return found;
}

export const arnOf = ({ platform }: Catalog, kind: 'portfolio' | 'product', id: string): string =>
  `arn:${platform.partition}:catalog:${platform.region}:${platform.account}:${kind}/${id}`;
export const provisionedArn = ({ platform }: Catalog, { name, id }: { name: string; id: string }): string =>
  `arn:${platform.partition}:servicecatalog:${platform.region}:${platform.account}:stack/${name}/${id}`;

/** Tags of a portfolio or product by its ARN. */
export function tagsOf({ store }: Catalog, arn: string): Readonly<Record<string, string>> | undefined {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const tags = store.state.portfolios[id]?.tags ?? store.state.products[id]?.tags;
  return tags === undefined ? undefined : Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export const date = (stored: string | undefined): Date | undefined => (stored === undefined ? undefined : new Date(stored));

export const productSummary = (product: Product): ProductViewSummary => ({
  Id: `prodview-${product.id.slice('prod-'.length)}`,
  ProductId: product.id,
  Name: product.name,
  Owner: product.owner,
  ShortDescription: product.description,
  Type: product.type as 'CLOUD_FORMATION_TEMPLATE',
  Distributor: product.distributor,
  HasDefaultPath: false,
  SupportEmail: product.supportEmail,
  SupportDescription: product.supportDescription,
  SupportUrl: product.supportUrl,
});

export const artifactDetail = (artifact: Artifact): ProvisioningArtifactDetail => ({
  ...artifact,
  CreatedTime: date(artifact.CreatedTime),
});
export const artifactSummary = ({ Id, Name, Description, CreatedTime }: Artifact) => ({
  Id,
  Name,
  Description,
  CreatedTime: date(CreatedTime),
});
export const artifactView = ({ Guidance, ...artifact }: Artifact) => ({ ...artifactSummary(artifact), Guidance });

export const productViewDetail = (catalog: Catalog, product: Product) => ({
  ProductViewSummary: productSummary(product),
  Status: 'AVAILABLE' as const,
  ProductARN: arnOf(catalog, 'product', product.id),
  CreatedTime: date(product.createdTime),
});

export const portfolioDetail = ({ detail }: Portfolio) => ({ ...detail, CreatedTime: date(detail.CreatedTime) });
export const constraintAnswer = ({ detail, parameters }: Constraint) => ({
  ConstraintDetail: detail,
  ConstraintParameters: parameters,
  Status: 'AVAILABLE' as const,
});

export const recordDetail = (record: Record_): RecordDetail => ({
  ...omit(record, 'outputs', 'userArn'),
  CreatedTime: date(record.CreatedTime),
  UpdatedTime: date(record.UpdatedTime),
});

export const provisionedDetail = (catalog: Catalog, product: ProvisionedProduct): ProvisionedProductDetail => ({
  Name: product.name,
  Arn: provisionedArn(catalog, product),
  Type: 'CFN_STACK',
  Id: product.id,
  Status: product.status,
  StatusMessage: product.statusMessage,
  CreatedTime: date(product.createdTime),
  LastRecordId: product.lastRecordId,
  LastProvisioningRecordId: product.lastProvisioningRecordId,
  LastSuccessfulProvisioningRecordId: product.lastSuccessfulProvisioningRecordId,
  ProductId: product.productId,
  ProvisioningArtifactId: product.artifactId,
  LaunchRoleArn: product.launchRoleArn,
});

export const provisionedAttribute = (
  catalog: Catalog,
  product: ProvisionedProduct,
  stackId: string | undefined,
): ProvisionedProductAttribute => ({
  ...provisionedDetail(catalog, product),
  Tags: product.tags,
  PhysicalId: stackId,
  ProductName: product.productName,
  ProvisioningArtifactName: product.artifactName,
  UserArn: product.userArn,
  UserArnSession: product.userArnSession,
});

/** One page of a list; the token is the position of the next one. */
export function page<T>(items: readonly T[], size: number | undefined, token: string | undefined): { items: T[]; NextPageToken?: string } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw invalid('The page token is not valid.');
  const end = start + (size === undefined || size === 0 ? 20 : size);
  return { items: items.slice(start, end), ...(end < items.length ? { NextPageToken: String(end) } : {}) };
}
