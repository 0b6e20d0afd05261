import type { CreateConstraintInput, ListConstraintsForPortfolioInput, UpdateConstraintInput } from '@aws-sdk/client-service-catalog';
import { type Catalog, constraintAnswer, duplicate, invalid, notFound, page, portfolioOf, productOf, required } from './answers.ts';
import type { Handlers } from './handlers.ts';
import { forget, once } from './idempotency.ts';
import { type Constraint, newId } from './store.ts';

/** Constraints that act here. A TEMPLATE, STACKSET or NOTIFICATION constraint would promise what nothing enforces, so it is refused. */
const KINDS: Readonly<Record<string, (parameters: Record<string, unknown>) => boolean>> = {
  LAUNCH: ({ RoleArn, LocalRoleName }) => (typeof RoleArn === 'string') !== (typeof LocalRoleName === 'string'),
  RESOURCE_UPDATE: ({ Version, Properties }) => Version === '2.0' && typeof Properties === 'object' && Properties !== null,
};

function checked(kind: string, parameters: string): string {
  const check = KINDS[kind];
  if (check === undefined) throw invalid(`Constraints of type ${kind} are not supported.`);
  let value: unknown;
  try {
    value = JSON.parse(parameters);
  } catch {
    throw invalid('Invalid JSON in constraint parameters.');
  }
  if (typeof value !== 'object' || value === null || !check(value as Record<string, unknown>))
    throw invalid(`Invalid parameters for a ${kind} constraint.`);
  return parameters;
}

export const constraintHandlers = (catalog: Catalog): Handlers => {
  const { state } = catalog.store;
  const constraintOf = (id: string | undefined): Constraint => {
    const found = state.constraints[required('id', id)];
    if (found === undefined) throw notFound('Constraint', id);
    return found;
  };
  return {
    CreateConstraint: ({ input }) => {
      const { PortfolioId, ProductId, Type, Parameters, Description, IdempotencyToken } = input as unknown as CreateConstraintInput;
      const portfolioId = portfolioOf(catalog, PortfolioId).detail.Id;
      const productId = productOf(catalog, ProductId).id;
      const kind = required('type', Type);
      if (!state.portfolioProducts.some((entry) => entry.portfolioId === portfolioId && entry.productId === productId))
        throw notFound('Product', `${productId} in portfolio ${portfolioId}`);
      const id = once(catalog, 'CreateConstraint', IdempotencyToken, input, () => {
        const twin = Object.values(state.constraints).some(
          ({ detail }) => detail.PortfolioId === portfolioId && detail.ProductId === productId && detail.Type === kind,
        );
        if (twin) throw duplicate(`A ${kind} constraint exists already for product ${productId} in portfolio ${portfolioId}.`);
        const ConstraintId = newId('cons');
        state.constraints[ConstraintId] = {
          detail: {
            ConstraintId,
            Type: kind,
            Description,
            Owner: catalog.platform.account,
            PortfolioId: portfolioId,
            ProductId: productId,
          },
          parameters: checked(kind, required('parameters', Parameters)),
        };
        return ConstraintId;
      });
      return constraintAnswer(constraintOf(id));
    },
    DescribeConstraint: ({ input }) => constraintAnswer(constraintOf(input['Id'] as string)),
    UpdateConstraint: ({ input }) => {
      const { Id, Description, Parameters } = input as unknown as UpdateConstraintInput;
      const constraint = constraintOf(Id);
      if (Parameters !== undefined) constraint.parameters = checked(constraint.detail.Type, Parameters);
      if (Description !== undefined) constraint.detail.Description = Description;
      catalog.store.save();
      return constraintAnswer(constraint);
    },
    DeleteConstraint: ({ input }) => {
      const { ConstraintId } = constraintOf(input['Id'] as string).detail;
      Reflect.deleteProperty(state.constraints, ConstraintId);
      forget(catalog, ConstraintId);
      catalog.store.save();
      return {};
    },
    ListConstraintsForPortfolio: ({ input }) => {
      const { PortfolioId, ProductId, PageSize, PageToken } = input as unknown as ListConstraintsForPortfolioInput;
      const { Id } = portfolioOf(catalog, PortfolioId).detail;
      const found = Object.values(state.constraints)
        .map(({ detail }) => detail)
        .filter((detail) => detail.PortfolioId === Id && (ProductId === undefined || detail.ProductId === ProductId));
      const { items, ...next } = page(found, PageSize, PageToken);
      return { ConstraintDetails: items, ...next };
    },
  };
};
