import {
  CreateDomainCommand,
  DeleteDomainCommand,
  DeleteDomainPermissionsPolicyCommand,
  DescribeDomainCommand,
  PutDomainPermissionsPolicyCommand,
} from '@aws-sdk/client-codeartifact';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { resourceType } from '../resource-type.ts';
import { document, tags, text } from '../shapes.ts';
import { lowerTags, updateTags } from './codeartifact-tags.ts';

const properties = z.strictObject({
  DomainName: text,
  EncryptionKey: text.optional(),
  PermissionsPolicyDocument: document.optional(),
  Tags: tags,
});
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

export const codeartifactDomain = resourceType({
  type: 'AWS::CodeArtifact::Domain',
  properties,
  attributeNames: ['Arn', 'Name', 'Owner', 'EncryptionKey'],
  tags: 'list',
  replaceOn: ['DomainName', 'EncryptionKey'],
  nameProperty: 'DomainName',
  async create(context, { DomainName, EncryptionKey, PermissionsPolicyDocument, Tags }) {
    const { codeartifact } = context.aws;
    const answer = await codeartifact.send(
      new CreateDomainCommand({ domain: DomainName, encryptionKey: EncryptionKey, tags: lowerTags(Tags) }),
    );
    const arn = answer.domain?.arn ?? '';
    context.created(arn);
    if (PermissionsPolicyDocument !== undefined)
      await codeartifact.send(
        new PutDomainPermissionsPolicyCommand({ domain: DomainName, policyDocument: JSON.stringify(PermissionsPolicyDocument) }),
      );
    return arn;
  },
  async update(context, arn, next, previous) {
    const domain = nameIn(arn);
    const { codeartifact } = context.aws;
    if (next.PermissionsPolicyDocument !== undefined)
      await codeartifact.send(
        new PutDomainPermissionsPolicyCommand({ domain, policyDocument: JSON.stringify(next.PermissionsPolicyDocument) }),
      );
    else if (previous.PermissionsPolicyDocument !== undefined)
      await unlessAbsent(codeartifact.send(new DeleteDomainPermissionsPolicyCommand({ domain })));
    await updateTags(context, arn, next.Tags, previous.Tags);
  },
  async remove({ aws }, arn) {
    await unlessAbsent(aws.codeartifact.send(new DeleteDomainCommand({ domain: nameIn(arn) })));
  },
  async attributes({ aws }, arn) {
    const domain = (await unlessAbsent(aws.codeartifact.send(new DescribeDomainCommand({ domain: nameIn(arn) }))))?.domain;
    if (domain === undefined) return undefined;
    return { Arn: arn, Name: domain.name ?? '', Owner: domain.owner ?? '', EncryptionKey: domain.encryptionKey ?? '' };
  },
  async find({ aws }, { DomainName }) {
    return (await unlessAbsent(aws.codeartifact.send(new DescribeDomainCommand({ domain: DomainName }))))?.domain?.arn;
  },
});
