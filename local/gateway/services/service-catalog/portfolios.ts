import type {
  AssociatePrincipalWithPortfolioInput,
  AssociateProductWithPortfolioInput,
  CreatePortfolioInput,
  DescribePortfolioInput,
  ListPortfoliosForProductInput,
  ListPortfoliosInput,
  ListPrincipalsForPortfolioInput,
  Tag,
  UpdatePortfolioInput,
} from '@aws-sdk/client-service-catalog';
import { arnOf, type Catalog, inUse, page, portfolioDetail, portfolioOf, productOf, required } from './answers.ts';
import { forget, once } from './idempotency.ts';
import type { Handlers } from './handlers.ts';
import { newId, type Portfolio } from './store.ts';

export const retagged = (tags: readonly Tag[], add: readonly Tag[] = [], remove: readonly string[] = []): Tag[] => [
  ...tags.filter(({ Key }) => !remove.includes(Key ?? '') && !add.some((tag) => tag.Key === Key)),
  ...add,
];

const tagOptionsOf = ({ store }: Catalog, resourceId: string) =>
  store.state.tagOptionResources
    .filter((association) => association.resourceId === resourceId)
    .flatMap(({ tagOptionId }) => store.state.tagOptions[tagOptionId] ?? []);

const answer = (catalog: Catalog, portfolio: Portfolio) => ({
  PortfolioDetail: portfolioDetail(portfolio),
  Tags: portfolio.tags,
  TagOptions: tagOptionsOf(catalog, portfolio.detail.Id),
});

/** Portfolios, the products in them and the principals that they are offered to. */
export const portfolioHandlers = (catalog: Catalog): Handlers => {
  const { store } = catalog;
  return {
    CreatePortfolio: ({ input }) => {
      const { DisplayName, ProviderName, Description, Tags = [], IdempotencyToken } = input as unknown as CreatePortfolioInput;
      const Id = once(catalog, 'CreatePortfolio', IdempotencyToken, input, () => {
        const id = newId('port');
        const detail = {
          Id: id,
          ARN: arnOf(catalog, 'portfolio', id),
          DisplayName: required('displayName', DisplayName),
          ProviderName: required('providerName', ProviderName),
          Description,
          CreatedTime: new Date().toISOString(),
        };
        store.state.portfolios[id] = { detail: detail, tags: Tags };
        return id;
      });
      const portfolio = portfolioOf(catalog, Id);
      return { PortfolioDetail: portfolioDetail(portfolio), Tags: portfolio.tags };
    },
    DescribePortfolio: ({ input }) => answer(catalog, portfolioOf(catalog, (input as unknown as DescribePortfolioInput).Id)),
    UpdatePortfolio: ({ input }) => {
      const { Id, DisplayName, ProviderName, Description, AddTags, RemoveTags } = input as unknown as UpdatePortfolioInput;
      const portfolio = portfolioOf(catalog, Id);
      Object.assign(
        portfolio.detail,
        Object.fromEntries(Object.entries({ DisplayName, ProviderName, Description }).filter(([, value]) => value !== undefined)),
      );
      portfolio.tags = retagged(portfolio.tags, AddTags, RemoveTags);
      store.save();
      return { PortfolioDetail: portfolioDetail(portfolio), Tags: portfolio.tags };
    },
    DeletePortfolio: ({ input }) => {
      const { Id } = portfolioOf(catalog, input['Id'] as string).detail;
      const { state } = store;
      const holds =
        state.portfolioProducts.some(({ portfolioId }) => portfolioId === Id) ||
        state.portfolioPrincipals.some(({ portfolioId }) => portfolioId === Id) ||
        state.tagOptionResources.some(({ resourceId }) => resourceId === Id) ||
        Object.values(state.constraints).some(({ detail }) => detail.PortfolioId === Id);
      if (holds) throw inUse(`Portfolio ${Id} has products, principals, constraints or tag options associated.`);
      Reflect.deleteProperty(state.portfolios, Id);
      forget(catalog, Id);
      store.save();
      return {};
    },
    ListPortfolios: ({ input }) => {
      const { PageSize, PageToken } = input as ListPortfoliosInput;
      const { items, ...next } = page(Object.values(store.state.portfolios).map(portfolioDetail), PageSize, PageToken);
      return { PortfolioDetails: items, ...next };
    },
    ListPortfoliosForProduct: ({ input }) => {
      const { ProductId, PageSize, PageToken } = input as unknown as ListPortfoliosForProductInput;
      const { id } = productOf(catalog, ProductId);
      const found = store.state.portfolioProducts
        .filter(({ productId }) => productId === id)
        .map(({ portfolioId }) => portfolioDetail(portfolioOf(catalog, portfolioId)));
      const { items, ...next } = page(found, PageSize, PageToken);
      return { PortfolioDetails: items, ...next };
    },
    AssociateProductWithPortfolio: ({ input }) => {
      const { PortfolioId, ProductId } = input as unknown as AssociateProductWithPortfolioInput;
      const portfolioId = portfolioOf(catalog, PortfolioId).detail.Id;
      const productId = productOf(catalog, ProductId).id;
      if (!store.state.portfolioProducts.some((entry) => entry.portfolioId === portfolioId && entry.productId === productId)) {
        store.state.portfolioProducts.push({ portfolioId, productId, createdTime: new Date().toISOString() });
        store.save();
      }
      return {};
    },
    DisassociateProductFromPortfolio: ({ input }) => {
      const { PortfolioId, ProductId } = input as unknown as AssociateProductWithPortfolioInput;
      portfolioOf(catalog, PortfolioId);
      productOf(catalog, ProductId);
      if (Object.values(store.state.constraints).some(({ detail }) => detail.PortfolioId === PortfolioId && detail.ProductId === ProductId))
        throw inUse(`Product ${ProductId ?? ''} has constraints in portfolio ${PortfolioId ?? ''}.`);
      store.state.portfolioProducts = store.state.portfolioProducts.filter(
        (entry) => entry.portfolioId !== PortfolioId || entry.productId !== ProductId,
      );
      store.save();
      return {};
    },
    AssociatePrincipalWithPortfolio: ({ input }) => {
      const { PortfolioId, PrincipalARN, PrincipalType } = input as unknown as AssociatePrincipalWithPortfolioInput;
      const portfolioId = portfolioOf(catalog, PortfolioId).detail.Id;
      const principalArn = required('principalARN', PrincipalARN);
      const principalType = required('principalType', PrincipalType);
      if (!store.state.portfolioPrincipals.some((entry) => entry.portfolioId === portfolioId && entry.principalArn === principalArn)) {
        store.state.portfolioPrincipals.push({ portfolioId, principalArn, principalType });
        store.save();
      }
      return {};
    },
    DisassociatePrincipalFromPortfolio: ({ input }) => {
      const { PortfolioId, PrincipalARN } = input as unknown as AssociatePrincipalWithPortfolioInput;
      portfolioOf(catalog, PortfolioId);
      store.state.portfolioPrincipals = store.state.portfolioPrincipals.filter(
        (entry) => entry.portfolioId !== PortfolioId || entry.principalArn !== PrincipalARN,
      );
      store.save();
      return {};
    },
    ListPrincipalsForPortfolio: ({ input }) => {
      const { PortfolioId, PageSize, PageToken } = input as unknown as ListPrincipalsForPortfolioInput;
      const { Id } = portfolioOf(catalog, PortfolioId).detail;
      const found = store.state.portfolioPrincipals
        .filter(({ portfolioId }) => portfolioId === Id)
        .map(({ principalArn, principalType }) => ({ PrincipalARN: principalArn, PrincipalType: principalType }));
      const { items, ...next } = page(found, PageSize, PageToken);
      return { Principals: items, ...next };
    },
  };
};
