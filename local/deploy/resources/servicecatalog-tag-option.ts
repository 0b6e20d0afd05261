import {
  CreateTagOptionCommand,
  DeleteTagOptionCommand,
  DescribeTagOptionCommand,
  UpdateTagOptionCommand,
} from '@aws-sdk/client-service-catalog';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { flag, text } from '../shapes.ts';

export const servicecatalogTagOption = resourceType({
  type: 'AWS::ServiceCatalog::TagOption',
  properties: z.strictObject({ Active: flag.optional(), Key: text, Value: text }),
  attributeNames: ['Id'],
  replaceOn: ['Key', 'Value'],
  async create({ aws }, { Active, Key, Value }) {
    const id = (await aws.serviceCatalog.send(new CreateTagOptionCommand({ Key, Value }))).TagOptionDetail?.Id ?? '';
    if (Active === false) await aws.serviceCatalog.send(new UpdateTagOptionCommand({ Id: id, Active }));
    return id;
  },
  async update({ aws }, Id, { Active }) {
    await aws.serviceCatalog.send(new UpdateTagOptionCommand({ Id, Active: Active ?? true }));
  },
  async remove({ aws }, Id) {
    await unlessAbsent(aws.serviceCatalog.send(new DeleteTagOptionCommand({ Id })));
  },
  async attributes({ aws }, Id) {
    return (await unlessAbsent(aws.serviceCatalog.send(new DescribeTagOptionCommand({ Id })))) === undefined ? undefined : { Id };
  },
});
