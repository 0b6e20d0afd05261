import type {
  DescribeProductInput,
  DescribeProvisioningParametersInput,
  ListLaunchPathsInput,
  ParameterConstraints,
  SearchProductsInput,
  Tag,
} from '@aws-sdk/client-service-catalog';
import { digest } from '../../../deploy/stable-json.ts';
import { parseTemplate, type TemplateParameter } from '../../../deploy/template.ts';
import type { Call, Principal } from '../../call.ts';
import { type Catalog, artifactOf, artifactView, invalid, notFound, page, productSummary } from './answers.ts';
import type { Handlers } from './handlers.ts';
import type { Artifact, Constraint, Product } from './store.ts';

/** One way for a principal to launch a product: through one portfolio. */
export interface LaunchPath {
  readonly id: string;
  readonly name: string;
  readonly portfolioId: string;
  readonly constraints: readonly Constraint[];
  /** Put on what is launched: the portfolio's and the product's. */
  readonly tags: readonly Tag[];
  /** Values to choose from, by key. */
  readonly tagOptions: Readonly<Record<string, readonly string[]>>;
}

/** A portfolio is offered to a role or user by its ARN, or by a pattern of names in whatever account. */
export function isOffered(principal: Principal, association: { readonly principalArn: string; readonly principalType: string }): boolean {
  const arn = principal.roleArn ?? principal.arn;
  if (association.principalType !== 'IAM_PATTERN') return association.principalArn === arn;
  const pattern = association.principalArn
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`).test(arn.replace(/^(arn:[^:]*:iam::)\d{12}:/, '$1:'));
}

export function launchPaths({ store }: Catalog, principal: Principal, product: Product): LaunchPath[] {
  const { state } = store;
  const offered = new Set(
    state.portfolioPrincipals.filter((association) => isOffered(principal, association)).map(({ portfolioId }) => portfolioId),
  );
  return state.portfolioProducts
    .filter((entry) => entry.productId === product.id && offered.has(entry.portfolioId))
    .flatMap(({ portfolioId }) => {
      const portfolio = state.portfolios[portfolioId];
      if (portfolio === undefined) return [];
      const options = state.tagOptionResources
        .filter(({ resourceId }) => resourceId === portfolioId || resourceId === product.id)
        .flatMap(({ tagOptionId }) => state.tagOptions[tagOptionId] ?? [])
        .filter(({ Active }) => Active !== false);
      const tagOptions: Record<string, string[]> = {};
      for (const { Key = '', Value = '' } of options) tagOptions[Key] = [...new Set([...(tagOptions[Key] ?? []), Value])];
      return {
        id: `lpv2-${digest([portfolioId, product.id]).slice(0, 13)}`,
        name: portfolio.detail.DisplayName ?? '',
        portfolioId,
        constraints: Object.values(state.constraints).filter(
          ({ detail }) => detail.PortfolioId === portfolioId && detail.ProductId === product.id,
        ),
        tags: [...portfolio.tags, ...product.tags.filter((tag) => !portfolio.tags.some(({ Key }) => Key === tag.Key))],
        tagOptions,
      };
    });
}

/** A product that the caller may see. One that is not offered does not exist for them. */
export function visibleProduct(
  catalog: Catalog,
  principal: Principal,
  reference: { readonly id?: string | undefined; readonly name?: string | undefined },
): Product {
  const { id, name } = reference;
  const found =
    id === undefined
      ? Object.values(catalog.store.state.products).find((product) => product.name === name)
      : catalog.store.state.products[id];
  if (found === undefined || launchPaths(catalog, principal, found).length === 0) throw notFound('Product', id ?? name);
  return found;
}

/** The path that a request names, or the only one there is. */
export function chosenPath(
  catalog: Catalog,
  principal: Principal,
  product: Product,
  reference: { readonly id?: string | undefined; readonly name?: string | undefined },
): LaunchPath {
  const paths = launchPaths(catalog, principal, product);
  const { id, name } = reference;
  if (id !== undefined || name !== undefined) {
    const path = paths.find((candidate) => (id === undefined ? candidate.name === name : candidate.id === id));
    if (path === undefined) throw notFound('Launch path', id ?? name);
    return path;
  }
  if (paths.length > 1) throw invalid(`Product ${product.id} has several launch paths: PathId is required.`);
  return paths[0] as LaunchPath;
}

/** The version that a request names; only active ones can be launched. */
export function chosenArtifact(
  product: Product,
  reference: { readonly id?: string | undefined; readonly name?: string | undefined },
): Artifact {
  const byName = product.artifacts.find(({ Name }) => Name === reference.name);
  const artifact = artifactOf(product, reference.id ?? byName?.Id ?? reference.name);
  if (!artifact.Active) throw invalid(`Provisioning artifact ${artifact.Id} is not active.`);
  return artifact;
}

const constraintSummaries = ({ constraints }: LaunchPath) =>
  constraints.map(({ detail }) => ({ Type: detail.Type, Description: detail.Description }));

function parameterAnswer([ParameterKey, parameter]: [string, TemplateParameter]) {
  const { AllowedValues, AllowedPattern, ConstraintDescription, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  const numbers = Object.fromEntries(
    Object.entries({ MinLength, MaxLength, MinValue, MaxValue }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  );
  const ParameterConstraints: ParameterConstraints = {
    AllowedValues: (AllowedValues ?? []).map(String),
    ...(AllowedPattern === undefined ? {} : { AllowedPattern }),
    ...(ConstraintDescription === undefined ? {} : { ConstraintDescription }),
    ...numbers,
  };
  return {
    ParameterKey,
    ...(parameter.Default === undefined ? {} : { DefaultValue: String(parameter.Default) }),
    ParameterType: parameter.Type,
    IsNoEcho: String(parameter.NoEcho ?? false) === 'true',
    Description: parameter.Description,
    ParameterConstraints,
  };
}

/** What a user asks before launching. */
export const launchPathHandlers = (catalog: Catalog): Handlers => {
  const visible = (principal: Principal): Product[] =>
    Object.values(catalog.store.state.products).filter((product) => launchPaths(catalog, principal, product).length > 0);
  const describe = ({ principal }: Call, product: Product) => ({
    ProductViewSummary: productSummary(product),
    ProvisioningArtifacts: product.artifacts.filter(({ Active }) => Active).map(artifactView),
    LaunchPaths: launchPaths(catalog, principal, product).map(({ id, name }) => ({ Id: id, Name: name })),
  });
  return {
    SearchProducts: ({ input, principal }) => {
      const { Filters, PageSize, PageToken } = input as SearchProductsInput;
      const text = Filters?.FullTextSearch?.join(' ').toLowerCase() ?? '';
      const found = visible(principal)
        .filter(({ name, description, owner }) => `${name} ${description ?? ''} ${owner}`.toLowerCase().includes(text))
        .filter(({ owner }) => Filters?.Owner?.includes(owner) ?? true)
        .filter(({ type }) => Filters?.ProductType?.includes(type) ?? true)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, ...next } = page(found.map(productSummary), PageSize, PageToken);
      return { ProductViewSummaries: items, ProductViewAggregations: {}, ...next };
    },
    DescribeProduct: (call) => {
      const { Id, Name } = call.input as DescribeProductInput;
      return describe(call, visibleProduct(catalog, call.principal, { id: Id, name: Name }));
    },
    DescribeProductView: (call) => {
      const id = String(call.input['Id']).replace(/^prodview-/, 'prod-');
      const { ProductViewSummary, ProvisioningArtifacts } = describe(call, visibleProduct(catalog, call.principal, { id }));
      return { ProductViewSummary, ProvisioningArtifacts };
    },
    ListLaunchPaths: ({ input, principal }) => {
      const { ProductId, PageSize, PageToken } = input as unknown as ListLaunchPathsInput;
      const product = visibleProduct(catalog, principal, { id: ProductId });
      const paths = launchPaths(catalog, principal, product).map((path) => ({
        Id: path.id,
        ConstraintSummaries: constraintSummaries(path),
        Tags: path.tags,
        Name: path.name,
      }));
      const { items, ...next } = page(paths, PageSize, PageToken);
      return { LaunchPathSummaries: items, ...next };
    },
    DescribeProvisioningParameters: ({ input, principal }) => {
      const { ProductId, ProductName, ProvisioningArtifactId, ProvisioningArtifactName, PathId, PathName } =
        input as DescribeProvisioningParametersInput;
      const product = visibleProduct(catalog, principal, { id: ProductId, name: ProductName });
      const artifact = chosenArtifact(product, { id: ProvisioningArtifactId, name: ProvisioningArtifactName });
      const path = chosenPath(catalog, principal, product, { id: PathId, name: PathName });
      const template = parseTemplate(product.name, catalog.store.template(artifact.Id));
      return {
        ProvisioningArtifactParameters: Object.entries(template.Parameters).map(parameterAnswer),
        ConstraintSummaries: constraintSummaries(path),
        UsageInstructions: path.constraints
          .filter(({ detail }) => detail.Type === 'LAUNCH')
          .map(({ parameters }) => ({ Type: 'launchAsRole', Value: (JSON.parse(parameters) as { RoleArn?: string }).RoleArn })),
        TagOptions: Object.entries(path.tagOptions).map(([Key, Values]) => ({ Key, Values })),
        ProvisioningArtifactOutputs: Object.entries(template.Outputs).map(([Key, { Description }]) => ({ Key, Description })),
        ProvisioningArtifactOutputKeys: Object.entries(template.Outputs).map(([Key, { Description }]) => ({ Key, Description })),
      };
    },
  };
};
