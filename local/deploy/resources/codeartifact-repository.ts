import {
  AssociateExternalConnectionCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPermissionsPolicyCommand,
  DescribeRepositoryCommand,
  DisassociateExternalConnectionCommand,
  PutRepositoryPermissionsPolicyCommand,
  UpdateRepositoryCommand,
} from '@aws-sdk/client-codeartifact';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { type ResourceContext, resourceType } from '../resource-type.ts';
import { document, tags, text, texts } from '../shapes.ts';
import { lowerTags, updateTags } from './codeartifact-tags.ts';

const properties = z.strictObject({
  RepositoryName: text,
  DomainName: text,
  DomainOwner: text.optional(),
  Description: text.optional(),
  ExternalConnections: texts.max(1).optional(),
  Upstreams: texts.optional(),
  PermissionsPolicyDocument: document.optional(),
  Tags: tags,
});
type Properties = z.infer<typeof properties>;

const place = ({ DomainName, DomainOwner, RepositoryName }: Properties) => ({
  domain: DomainName,
  domainOwner: DomainOwner,
  repository: RepositoryName,
});
const upstreams = ({ Upstreams }: Properties) => (Upstreams ?? []).map((repositoryName) => ({ repositoryName }));
const describe = async ({ aws }: ResourceContext, properties: Properties) =>
  (await unlessAbsent(aws.codeartifact.send(new DescribeRepositoryCommand(place(properties)))))?.repository;

async function connect(
  { aws }: ResourceContext,
  properties: Properties,
  previous: readonly string[],
  next: readonly string[],
): Promise<void> {
  for (const externalConnection of previous)
    if (!next.includes(externalConnection))
      await unlessAbsent(aws.codeartifact.send(new DisassociateExternalConnectionCommand({ ...place(properties), externalConnection })));
  for (const externalConnection of next)
    if (!previous.includes(externalConnection))
      await aws.codeartifact.send(new AssociateExternalConnectionCommand({ ...place(properties), externalConnection }));
}

export const codeartifactRepository = resourceType({
  type: 'AWS::CodeArtifact::Repository',
  properties,
  attributeNames: ['Arn', 'Name', 'DomainName', 'DomainOwner'],
  tags: 'list',
  replaceOn: ['RepositoryName', 'DomainName', 'DomainOwner'],
  nameProperty: 'RepositoryName',
  nameWithin: 'DomainName',
  async create(context, properties) {
    const { Description, ExternalConnections, PermissionsPolicyDocument, Tags } = properties;
    const { codeartifact } = context.aws;
    const answer = await codeartifact.send(
      new CreateRepositoryCommand({
        ...place(properties),
        description: Description,
        upstreams: upstreams(properties),
        tags: lowerTags(Tags),
      }),
    );
    const arn = answer.repository?.arn ?? '';
    context.created(arn);
    await connect(context, properties, [], ExternalConnections ?? []);
    if (PermissionsPolicyDocument !== undefined)
      await codeartifact.send(
        new PutRepositoryPermissionsPolicyCommand({ ...place(properties), policyDocument: JSON.stringify(PermissionsPolicyDocument) }),
      );
    return arn;
  },
  async update(context, arn, next, previous) {
    const { codeartifact } = context.aws;
    await codeartifact.send(
      new UpdateRepositoryCommand({ ...place(next), description: next.Description ?? '', upstreams: upstreams(next) }),
    );
    const connected =
      (await describe(context, next))?.externalConnections?.flatMap(({ externalConnectionName }) => externalConnectionName ?? []) ?? [];
    await connect(context, next, connected, next.ExternalConnections ?? []);
    if (next.PermissionsPolicyDocument !== undefined)
      await codeartifact.send(
        new PutRepositoryPermissionsPolicyCommand({ ...place(next), policyDocument: JSON.stringify(next.PermissionsPolicyDocument) }),
      );
    else if (previous.PermissionsPolicyDocument !== undefined)
      await unlessAbsent(codeartifact.send(new DeleteRepositoryPermissionsPolicyCommand(place(next))));
    await updateTags(context, arn, next.Tags, previous.Tags);
  },
  async remove({ aws }, _arn, properties) {
    await unlessAbsent(aws.codeartifact.send(new DeleteRepositoryCommand(place(properties))));
  },
  async attributes(context, arn, properties) {
    const repository = await describe(context, properties);
    if (repository === undefined) return undefined;
    return { Arn: arn, Name: repository.name ?? '', DomainName: repository.domainName ?? '', DomainOwner: repository.domainOwner ?? '' };
  },
  async find(context, properties) {
    return (await describe(context, properties))?.arn;
  },
});
