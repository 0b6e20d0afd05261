import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type {
  CreateProductInput,
  CreateProvisioningArtifactInput,
  ProvisioningArtifactProperties,
  UpdateProductInput,
  UpdateProvisioningArtifactInput,
} from '@aws-sdk/client-service-catalog';
import { DeployError } from '../../../deploy/errors.ts';
import { parseTemplate } from '../../../deploy/template.ts';
import type { Call } from '../../call.ts';
import {
  artifactDetail,
  artifactOf,
  artifactSummary,
  type Catalog,
  inUse,
  invalid,
  page,
  productOf,
  productViewDetail,
  required,
} from './answers.ts';
import type { Handlers } from './handlers.ts';
import { forget, once } from './idempotency.ts';
import { retagged } from './portfolios.ts';
import { type Artifact, newId, type Product } from './store.ts';

/** Bucket and key of an S3 URL in either style. */
export function objectOf(url: string): { readonly bucket: string; readonly key: string } {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const virtual = /^(?<bucket>.+)\.s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$/.exec(hostname)?.groups?.['bucket'];
  if (virtual !== undefined) return { bucket: virtual, key: path };
  if (!/^s3[.-][a-z0-9.-]*amazonaws\.com(\.cn)?$/.test(hostname) || !path.includes('/'))
    throw invalid(`TemplateURL must be a supported URL: ${url}`);
  return { bucket: path.slice(0, path.indexOf('/')), key: path.slice(path.indexOf('/') + 1) };
}

/** Service Catalog keeps a copy: it reads the object once, with what the caller may read. */
async function readTemplate({ platform }: Catalog, call: Call, parameters: ProvisioningArtifactProperties | undefined): Promise<string> {
  const url = parameters?.Info?.['LoadTemplateFromURL'];
  if (url === undefined) throw invalid('Info must hold LoadTemplateFromURL.');
  const { bucket, key } = objectOf(url);
  await platform.authorize({
    principal: call.principal,
    action: 's3:GetObject',
    resource: `arn:${platform.partition}:s3:::${bucket}/${key}`,
    origin: call.origin,
    via: 'servicecatalog.amazonaws.com',
  });
  const s3 = new S3Client(platform.administratorConfig());
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
    throw invalid(`The template at ${url} cannot be read: ${(error as Error).name}.`);
  });
  const body = (await answer.Body?.transformToString()) ?? '';
  if (parameters?.DisableTemplateValidation !== true) {
    try {
      parseTemplate(key, JSON.parse(body));
    } catch (error) {
      throw invalid(
        `Invalid templateBody. Please make sure that your template is valid: ${error instanceof DeployError ? error.message : 'not JSON'}`,
      );
    }
  }
  return body;
}

function addArtifact({ store }: Catalog, product: Product, parameters: ProvisioningArtifactProperties | undefined, body: string): Artifact {
  const Id = newId('pa');
  const artifact: Artifact = {
    Id,
    Name: parameters?.Name ?? Id,
    Description: parameters?.Description,
    Type: 'CLOUD_FORMATION_TEMPLATE',
    CreatedTime: new Date().toISOString(),
    Active: true,
    Guidance: 'DEFAULT',
    SourceRevision: undefined,
  };
  store.writeTemplate(Id, body);
  product.artifacts.push(artifact);
  return artifact;
}

/** Products and their versions (provisioning artifacts). */
export const productHandlers = (catalog: Catalog): Handlers => {
  const { store } = catalog;
  const asAdmin = (product: Product) => ({
    ProductViewDetail: productViewDetail(catalog, product),
    ProvisioningArtifactSummaries: product.artifacts.map(artifactSummary),
    Tags: product.tags,
    TagOptions: store.state.tagOptionResources
      .filter(({ resourceId }) => resourceId === product.id)
      .flatMap(({ tagOptionId }) => store.state.tagOptions[tagOptionId] ?? []),
  });
  return {
    CreateProduct: async (call) => {
      const { input } = call;
      const { ProvisioningArtifactParameters, IdempotencyToken, ...rest } = input as unknown as CreateProductInput;
      const type = required('productType', rest.ProductType);
      if (type !== 'CLOUD_FORMATION_TEMPLATE') throw invalid(`Products of type ${type} are not supported.`);
      const body = await readTemplate(catalog, call, ProvisioningArtifactParameters);
      const id = once(catalog, 'CreateProduct', IdempotencyToken, input, () => {
        const product: Product = {
          id: newId('prod'),
          createdTime: new Date().toISOString(),
          type,
          name: required('name', rest.Name),
          owner: required('owner', rest.Owner),
          description: rest.Description,
          distributor: rest.Distributor,
          supportDescription: rest.SupportDescription,
          supportEmail: rest.SupportEmail,
          supportUrl: rest.SupportUrl,
          tags: rest.Tags ?? [],
          artifacts: [],
        };
        addArtifact(catalog, product, ProvisioningArtifactParameters, body);
        store.state.products[product.id] = product;
        return product.id;
      });
      const product = productOf(catalog, id);
      return {
        ProductViewDetail: productViewDetail(catalog, product),
        ProvisioningArtifactDetail: artifactDetail(product.artifacts[0] as Artifact),
        Tags: product.tags,
      };
    },
    UpdateProduct: ({ input }) => {
      const { Id, Name, Owner, Description, Distributor, SupportDescription, SupportEmail, SupportUrl, AddTags, RemoveTags } =
        input as unknown as UpdateProductInput;
      const product = productOf(catalog, Id);
      const next = {
        name: Name,
        owner: Owner,
        description: Description,
        distributor: Distributor,
        supportDescription: SupportDescription,
        supportEmail: SupportEmail,
        supportUrl: SupportUrl,
      };
      Object.assign(product, Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)));
      product.tags = retagged(product.tags, AddTags, RemoveTags);
      store.save();
      return { ProductViewDetail: productViewDetail(catalog, product), Tags: product.tags };
    },
    DeleteProduct: ({ input }) => {
      const { id, artifacts } = productOf(catalog, input['Id'] as string);
      if (store.state.portfolioProducts.some(({ productId }) => productId === id)) throw inUse(`Product ${id} is in a portfolio.`);
      for (const artifact of artifacts) store.removeTemplate(artifact.Id);
      Reflect.deleteProperty(store.state.products, id);
      for (const gone of [id, ...artifacts.map((artifact) => artifact.Id)]) forget(catalog, gone);
      store.save();
      return {};
    },
    DescribeProductAsAdmin: ({ input }) => {
      const byName = Object.values(store.state.products).find(({ name }) => name === input['Name']);
      return asAdmin(productOf(catalog, (input['Id'] as string | undefined) ?? byName?.id));
    },
    SearchProductsAsAdmin: ({ input }) => {
      const portfolioId = input['PortfolioId'] as string | undefined;
      const inside = (id: string): boolean =>
        portfolioId === undefined ||
        store.state.portfolioProducts.some((entry) => entry.portfolioId === portfolioId && entry.productId === id);
      const found = Object.values(store.state.products)
        .filter(({ id }) => inside(id))
        .map((product) => productViewDetail(catalog, product));
      const { items, ...next } = page(found, input['PageSize'] as number | undefined, input['PageToken'] as string | undefined);
      return { ProductViewDetails: items, ...next };
    },
    CreateProvisioningArtifact: async (call) => {
      const { ProductId, Parameters, IdempotencyToken } = call.input as unknown as CreateProvisioningArtifactInput;
      const product = productOf(catalog, ProductId);
      const body = await readTemplate(catalog, call, Parameters);
      const id = once(
        catalog,
        'CreateProvisioningArtifact',
        IdempotencyToken,
        call.input,
        () => addArtifact(catalog, product, Parameters, body).Id,
      );
      return { ProvisioningArtifactDetail: artifactDetail(artifactOf(product, id)), Info: Parameters?.Info, Status: 'AVAILABLE' };
    },
    UpdateProvisioningArtifact: ({ input }) => {
      const { ProductId, ProvisioningArtifactId, Name, Description, Active, Guidance } =
        input as unknown as UpdateProvisioningArtifactInput;
      const artifact = artifactOf(productOf(catalog, ProductId), ProvisioningArtifactId);
      Object.assign(
        artifact,
        Object.fromEntries(Object.entries({ Name, Description, Active, Guidance }).filter(([, value]) => value !== undefined)),
      );
      store.save();
      return { ProvisioningArtifactDetail: artifactDetail(artifact), Status: 'AVAILABLE' };
    },
    DeleteProvisioningArtifact: ({ input }) => {
      const product = productOf(catalog, input['ProductId'] as string);
      const { Id } = artifactOf(product, input['ProvisioningArtifactId'] as string);
      if (product.artifacts.length === 1) throw inUse(`Provisioning artifact ${Id} is the last one of product ${product.id}.`);
      product.artifacts = product.artifacts.filter((artifact) => artifact.Id !== Id);
      store.removeTemplate(Id);
      forget(catalog, Id);
      store.save();
      return {};
    },
    ListProvisioningArtifacts: ({ input }) => ({
      ProvisioningArtifactDetails: productOf(catalog, input['ProductId'] as string).artifacts.map(artifactDetail),
    }),
    DescribeProvisioningArtifact: ({ input }) => {
      const product = productOf(catalog, input['ProductId'] as string);
      return {
        ProvisioningArtifactDetail: artifactDetail(artifactOf(product, input['ProvisioningArtifactId'] as string)),
        Status: 'AVAILABLE',
      };
    },
  };
};
