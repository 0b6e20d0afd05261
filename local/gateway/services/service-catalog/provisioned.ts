import type {
  DescribeProvisionedProductInput,
  ScanProvisionedProductsInput,
  SearchProvisionedProductsInput,
} from '@aws-sdk/client-service-catalog';
import type { Principal } from '../../call.ts';
import { type Catalog, invalid, notFound, page, provisionedAttribute, provisionedDetail } from './answers.ts';
import type { Handlers } from './handlers.ts';
import type { ProvisionedProduct } from './store.ts';

/** A provisioned product by id or name. */
export function provisionedOf(
  { store }: Catalog,
  reference: { readonly id?: string | undefined; readonly name?: string | undefined },
): ProvisionedProduct {
  const { id, name } = reference;
  if ((id === undefined) === (name === undefined))
    throw invalid('Exactly one of ProvisionedProductId and ProvisionedProductName must be given.');
  const found = Object.values(store.state.provisioned).find((product) => (id === undefined ? product.name === name : product.id === id));
  if (found === undefined) throw notFound('Provisioned product', id ?? name);
  return found;
}

/** `Account`: all; `Role`: of the caller's role; `User` (the default): of the caller. */
function within(
  principal: Principal,
  level: { readonly Key?: string | undefined; readonly Value?: string | undefined } | undefined,
  product: ProvisionedProduct,
): boolean {
  if (level?.Key === 'Account') return true;
  if (level?.Key === 'Role') return product.userArn === (principal.roleArn ?? principal.arn);
  return product.userArnSession === principal.arn;
}

const newestFirst = (a: ProvisionedProduct, b: ProvisionedProduct): number => b.createdTime.localeCompare(a.createdTime);

/** A query is `field:value` or words that are looked for in name and id. */
function matches(product: ProvisionedProduct, query: string): boolean {
  const [, field, value = ''] = /^(\w+):(.*)$/.exec(query) ?? [];
  const fields: Record<string, string | undefined> = {
    id: product.id,
    name: product.name,
    productId: product.productId,
    provisioningArtifact: product.artifactId,
    status: product.status,
    type: 'CFN_STACK',
    userArn: product.userArn,
    userArnSession: product.userArnSession,
    lastRecordId: product.lastRecordId,
    tags: product.tags.map(({ Key, Value }) => `${Key ?? ''}=${Value ?? ''}`).join(' '),
  };
  if (field === undefined) return `${product.name} ${product.id}`.includes(query);
  if (!Object.hasOwn(fields, field)) throw invalid(`Cannot search by ${field}.`);
  const wanted = value.replace(/^"|"$/g, '');
  return wanted.endsWith('*')
    ? fields[field]?.startsWith(wanted.slice(0, -1)) === true
    : field === 'tags'
      ? fields['tags']?.includes(wanted) === true
      : fields[field] === wanted;
}

export const provisionedHandlers = (catalog: Catalog): Handlers => {
  const all = (): ProvisionedProduct[] => Object.values(catalog.store.state.provisioned).sort(newestFirst);
  const stackArn = (product: ProvisionedProduct): string | undefined =>
    catalog.store.state.records[product.lastSuccessfulProvisioningRecordId ?? '']?.outputs.find(
      ({ OutputKey }) => OutputKey === 'CloudformationStackARN',
    )?.OutputValue;
  return {
    DescribeProvisionedProduct: ({ input }) => {
      const { Id, Name } = input as DescribeProvisionedProductInput;
      return {
        ProvisionedProductDetail: provisionedDetail(catalog, provisionedOf(catalog, { id: Id, name: Name })),
        CloudWatchDashboards: [],
      };
    },
    SearchProvisionedProducts: ({ input, principal }) => {
      const { AccessLevelFilter, Filters, PageSize, PageToken } = input as SearchProvisionedProductsInput;
      const queries = Filters?.SearchQuery ?? [];
      const found = all().filter(
        (product) => within(principal, AccessLevelFilter, product) && queries.every((query) => matches(product, query)),
      );
      const { items, ...next } = page(found, PageSize, PageToken);
      return {
        ProvisionedProducts: items.map((product) => provisionedAttribute(catalog, product, stackArn(product))),
        TotalResultsCount: found.length,
        ...next,
      };
    },
    ScanProvisionedProducts: ({ input, principal }) => {
      const { AccessLevelFilter, PageSize, PageToken } = input as ScanProvisionedProductsInput;
      const { items, ...next } = page(
        all().filter((product) => within(principal, AccessLevelFilter, product)),
        PageSize,
        PageToken,
      );
      return { ProvisionedProducts: items.map((product) => provisionedDetail(catalog, product)), ...next };
    },
  };
};
