import {
  CreatePortfolioCommand,
  DeletePortfolioCommand,
  DescribePortfolioCommand,
  UpdatePortfolioCommand,
} from '@aws-sdk/client-service-catalog';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { goneKeys, tags, text, writable } from '../shapes.ts';

const properties = z.strictObject({
  AcceptLanguage: text.optional(),
  Description: text.optional(),
  DisplayName: text,
  ProviderName: text,
  Tags: tags,
});

export const servicecatalogPortfolio = resourceType({
  type: 'AWS::ServiceCatalog::Portfolio',
  properties,
  attributeNames: ['PortfolioName', 'Id'],
  tags: 'list',
  async create(context, { Tags, ...rest }) {
    const answer = await context.aws.serviceCatalog.send(
      new CreatePortfolioCommand({ ...rest, Tags: writable(Tags), IdempotencyToken: context.token }),
    );
    return answer.PortfolioDetail?.Id ?? '';
  },
  async update({ aws }, Id, { Tags, ...rest }, previous) {
    await aws.serviceCatalog.send(
      new UpdatePortfolioCommand({ Id, ...rest, AddTags: writable(Tags), RemoveTags: goneKeys(previous.Tags, Tags) }),
    );
  },
  async remove({ aws }, Id) {
    await unlessAbsent(aws.serviceCatalog.send(new DeletePortfolioCommand({ Id })));
  },
  async attributes({ aws }, Id) {
    const answer = await unlessAbsent(aws.serviceCatalog.send(new DescribePortfolioCommand({ Id })));
    return answer === undefined ? undefined : { PortfolioName: answer.PortfolioDetail?.DisplayName ?? '', Id };
  },
});
