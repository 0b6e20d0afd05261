import {
  CreateConstraintCommand,
  DeleteConstraintCommand,
  DescribeConstraintCommand,
  UpdateConstraintCommand,
} from '@aws-sdk/client-service-catalog';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceType, resourceType } from '../resource-type.ts';
import { text } from '../shapes.ts';

const common = { AcceptLanguage: text.optional(), Description: text.optional(), PortfolioId: text, ProductId: text };
interface Common {
  readonly AcceptLanguage?: string | undefined;
  readonly Description?: string | undefined;
  readonly PortfolioId: string;
  readonly ProductId: string;
}

/** A constraint of a product in a portfolio: CloudFormation has a type per kind, the API one call with JSON parameters. */
const constraint = <P extends Common>(
  definition: Pick<ResourceType<P>, 'type' | 'properties'>,
  kind: string,
  parametersOf: (properties: P) => object,
): ResourceType =>
  resourceType<P>({
    ...definition,
    attributeNames: ['Id'],
    replaceOn: ['PortfolioId', 'ProductId'],
    async create(context, properties) {
      const { AcceptLanguage, Description, PortfolioId, ProductId } = properties;
      const answer = await context.aws.serviceCatalog.send(
        new CreateConstraintCommand({
          AcceptLanguage,
          Description,
          PortfolioId,
          ProductId,
          Type: kind,
          Parameters: JSON.stringify(parametersOf(properties)),
          IdempotencyToken: context.token,
        }),
      );
      return answer.ConstraintDetail?.ConstraintId ?? '';
    },
    async update({ aws }, Id, next) {
      await aws.serviceCatalog.send(
        new UpdateConstraintCommand({ Id, Description: next.Description, Parameters: JSON.stringify(parametersOf(next)) }),
      );
    },
    async remove({ aws }, Id) {
      await unlessAbsent(aws.serviceCatalog.send(new DeleteConstraintCommand({ Id })));
    },
    async attributes({ aws }, Id) {
      return (await unlessAbsent(aws.serviceCatalog.send(new DescribeConstraintCommand({ Id })))) === undefined ? undefined : { Id };
    },
  });

export const servicecatalogLaunchRoleConstraint = constraint(
  {
    type: 'AWS::ServiceCatalog::LaunchRoleConstraint',
    properties: z.strictObject({ ...common, RoleArn: text.optional(), LocalRoleName: text.optional() }),
  },
  'LAUNCH',
  ({ RoleArn, LocalRoleName }) => ({
    ...(RoleArn === undefined ? {} : { RoleArn }),
    ...(LocalRoleName === undefined ? {} : { LocalRoleName }),
  }),
);

export const servicecatalogResourceUpdateConstraint = constraint(
  {
    type: 'AWS::ServiceCatalog::ResourceUpdateConstraint',
    properties: z.strictObject({ ...common, TagUpdateOnProvisionedProduct: z.enum(['ALLOWED', 'NOT_ALLOWED']) }),
  },
  'RESOURCE_UPDATE',
  ({ TagUpdateOnProvisionedProduct }) => ({ Version: '2.0', Properties: { TagUpdateOnProvisionedProduct } }),
);
