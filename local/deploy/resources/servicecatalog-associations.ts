import {
  AssociatePrincipalWithPortfolioCommand,
  AssociateProductWithPortfolioCommand,
  AssociateTagOptionWithResourceCommand,
  DisassociatePrincipalFromPortfolioCommand,
  DisassociateProductFromPortfolioCommand,
  DisassociateTagOptionFromResourceCommand,
  ListPortfoliosForProductCommand,
  ListPrincipalsForPortfolioCommand,
  ListResourcesForTagOptionCommand,
} from '@aws-sdk/client-service-catalog';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

/** What a portfolio offers, to whom and with which tag options: each association is a resource without anything to update. */
export const servicecatalogPortfolioProductAssociation = resourceType({
  type: 'AWS::ServiceCatalog::PortfolioProductAssociation',
  properties: z.strictObject({ AcceptLanguage: text.optional(), PortfolioId: text, ProductId: text, SourcePortfolioId: text.optional() }),
  attributeNames: [],
  async create({ aws }, properties) {
    const { AcceptLanguage, PortfolioId, ProductId, SourcePortfolioId } = properties;
    await aws.serviceCatalog.send(new AssociateProductWithPortfolioCommand({ AcceptLanguage, PortfolioId, ProductId, SourcePortfolioId }));
    return `${PortfolioId}|${ProductId}`;
  },
  async remove({ aws }, _id, { PortfolioId, ProductId }) {
    await unlessAbsent(aws.serviceCatalog.send(new DisassociateProductFromPortfolioCommand({ PortfolioId, ProductId })));
  },
  async attributes({ aws }, _id, { PortfolioId, ProductId }) {
    const answer = await unlessAbsent(aws.serviceCatalog.send(new ListPortfoliosForProductCommand({ ProductId })));
    return answer?.PortfolioDetails?.some(({ Id }) => Id === PortfolioId) === true ? {} : undefined;
  },
});

export const servicecatalogPortfolioPrincipalAssociation = resourceType({
  type: 'AWS::ServiceCatalog::PortfolioPrincipalAssociation',
  properties: z.strictObject({
    AcceptLanguage: text.optional(),
    PortfolioId: text,
    PrincipalARN: text,
    PrincipalType: z.enum(['IAM', 'IAM_PATTERN']),
  }),
  attributeNames: [],
  async create({ aws }, { AcceptLanguage, PortfolioId, PrincipalARN, PrincipalType }) {
    await aws.serviceCatalog.send(new AssociatePrincipalWithPortfolioCommand({ AcceptLanguage, PortfolioId, PrincipalARN, PrincipalType }));
    return `${PortfolioId}|${PrincipalARN}`;
  },
  async remove({ aws }, _id, { PortfolioId, PrincipalARN, PrincipalType }) {
    await unlessAbsent(
      aws.serviceCatalog.send(new DisassociatePrincipalFromPortfolioCommand({ PortfolioId, PrincipalARN, PrincipalType })),
    );
  },
  async attributes({ aws }, _id, { PortfolioId, PrincipalARN }) {
    const answer = await unlessAbsent(aws.serviceCatalog.send(new ListPrincipalsForPortfolioCommand({ PortfolioId })));
    return answer?.Principals?.some((principal) => principal.PrincipalARN === PrincipalARN) === true ? {} : undefined;
  },
});

export const servicecatalogTagOptionAssociation = resourceType({
  type: 'AWS::ServiceCatalog::TagOptionAssociation',
  properties: z.strictObject({ ResourceId: text, TagOptionId: text }),
  attributeNames: [],
  async create({ aws }, { ResourceId, TagOptionId }) {
    await aws.serviceCatalog.send(new AssociateTagOptionWithResourceCommand({ ResourceId, TagOptionId }));
    return `${TagOptionId}|${ResourceId}`;
  },
  async remove({ aws }, _id, { ResourceId, TagOptionId }) {
    await unlessAbsent(aws.serviceCatalog.send(new DisassociateTagOptionFromResourceCommand({ ResourceId, TagOptionId })));
  },
  async attributes({ aws }, _id, { ResourceId, TagOptionId }) {
    const answer = await unlessAbsent(aws.serviceCatalog.send(new ListResourcesForTagOptionCommand({ TagOptionId })));
    return answer?.ResourceDetails?.some(({ Id }) => Id === ResourceId) === true ? {} : undefined;
  },
});
