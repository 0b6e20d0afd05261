import {
  CreateProductCommand,
  CreateProvisioningArtifactCommand,
  DeleteProductCommand,
  DeleteProvisioningArtifactCommand,
  DescribeProductAsAdminCommand,
  UpdateProductCommand,
} from '@aws-sdk/client-service-catalog';
import { z } from 'zod';
import { unlessAbsent } from '../absent.ts';
import { omit } from '../omit.ts';
import { knows, type ResourceContext, resourceType } from '../resource-type.ts';
import { digest, stableJson } from '../stable-json.ts';
import { flag, goneKeys, tags, text, writable } from '../shapes.ts';

const artifact = z.strictObject({
  Name: text.optional(),
  Description: text.optional(),
  DisableTemplateValidation: flag.optional(),
  Info: z.strictObject({ LoadTemplateFromURL: text }),
  Type: z.enum(['CLOUD_FORMATION_TEMPLATE']).optional(),
});
type Artifact = z.infer<typeof artifact>;

const properties = z.strictObject({
  AcceptLanguage: text.optional(),
  Name: text,
  Owner: text,
  Description: text.optional(),
  Distributor: text.optional(),
  ProductType: z.enum(['CLOUD_FORMATION_TEMPLATE']).optional(),
  ProvisioningArtifactParameters: z.array(artifact).min(1),
  ReplaceProvisioningArtifacts: flag.optional(),
  SupportDescription: text.optional(),
  SupportEmail: text.optional(),
  SupportUrl: text.optional(),
  Tags: tags,
});

const parameters = ({ Name, Description, DisableTemplateValidation, Info, Type }: Artifact) => ({
  Name,
  Description,
  DisableTemplateValidation,
  Info: { LoadTemplateFromURL: Info.LoadTemplateFromURL },
  Type: Type ?? ('CLOUD_FORMATION_TEMPLATE' as const),
});

const describe = async ({ aws }: ResourceContext, Id: string) =>
  await unlessAbsent(aws.serviceCatalog.send(new DescribeProductAsAdminCommand({ Id })));

const addArtifact = async (context: ResourceContext, ProductId: string, next: Artifact): Promise<void> => {
  const IdempotencyToken = digest([ProductId, next]);
  await context.aws.serviceCatalog.send(
    new CreateProvisioningArtifactCommand({ ProductId, Parameters: parameters(next), IdempotencyToken }),
  );
};

/** New versions first, then the old ones go: a product always has one. */
async function changeArtifacts(
  context: ResourceContext,
  ProductId: string,
  previous: readonly Artifact[],
  next: readonly Artifact[],
  all: boolean,
): Promise<void> {
  const same = new Set(all ? [] : previous.map(stableJson));
  const existing = (await describe(context, ProductId))?.ProvisioningArtifactSummaries ?? [];
  const kept = new Set(next.filter((candidate) => same.has(stableJson(candidate))).map(({ Name }) => Name));
  for (const added of next.filter((candidate) => !same.has(stableJson(candidate)))) await addArtifact(context, ProductId, added);
  for (const { Id, Name } of existing) {
    if (kept.has(Name)) continue;
    await unlessAbsent(context.aws.serviceCatalog.send(new DeleteProvisioningArtifactCommand({ ProductId, ProvisioningArtifactId: Id })));
  }
}

export const servicecatalogCloudformationProduct = resourceType({
  type: 'AWS::ServiceCatalog::CloudFormationProduct',
  properties,
  attributeNames: ['ProductName', 'ProvisioningArtifactIds', 'ProvisioningArtifactNames', 'Id'],
  tags: 'list',
  replaceOn: ['ProductType'],
  async create(context, { Tags, ProvisioningArtifactParameters, ReplaceProvisioningArtifacts, ProductType, ...rest }) {
    knows(ReplaceProvisioningArtifacts);
    const [first, ...others] = ProvisioningArtifactParameters as [Artifact, ...Artifact[]];
    const answer = await context.aws.serviceCatalog.send(
      new CreateProductCommand({
        ...rest,
        ProductType: ProductType ?? 'CLOUD_FORMATION_TEMPLATE',
        ProvisioningArtifactParameters: parameters(first),
        Tags: writable(Tags),
        IdempotencyToken: context.token,
      }),
    );
    const id = answer.ProductViewDetail?.ProductViewSummary?.ProductId ?? '';
    context.created(id);
    for (const other of others) await addArtifact(context, id, other);
    return id;
  },
  async update(context, Id, next, previous) {
    const { Tags, ProvisioningArtifactParameters, ReplaceProvisioningArtifacts, ...others } = next;
    const rest = omit(others, 'ProductType');
    await context.aws.serviceCatalog.send(
      new UpdateProductCommand({ Id, ...rest, AddTags: writable(Tags), RemoveTags: goneKeys(previous.Tags, Tags) }),
    );
    await changeArtifacts(
      context,
      Id,
      previous.ProvisioningArtifactParameters,
      ProvisioningArtifactParameters,
      ReplaceProvisioningArtifacts === true,
    );
  },
  async remove({ aws }, Id) {
    await unlessAbsent(aws.serviceCatalog.send(new DeleteProductCommand({ Id })));
  },
  async attributes(context, Id) {
    const answer = await describe(context, Id);
    if (answer === undefined) return undefined;
    const artifacts = answer.ProvisioningArtifactSummaries ?? [];
    return {
      Id,
      ProductName: answer.ProductViewDetail?.ProductViewSummary?.Name ?? '',
      ProvisioningArtifactIds: artifacts.map((summary) => summary.Id ?? '').join(','),
      ProvisioningArtifactNames: artifacts.map((summary) => summary.Name ?? '').join(','),
    };
  },
});
