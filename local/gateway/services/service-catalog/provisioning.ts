import type {
  DescribeRecordInput,
  GetProvisionedProductOutputsInput,
  ListRecordHistoryInput,
  ProvisionProductInput,
  Tag,
  TerminateProvisionedProductInput,
} from '@aws-sdk/client-service-catalog';
import { isSsmLookup, parameterProblem } from '../../../deploy/parameters.ts';
import { parseTemplate, type Template } from '../../../deploy/template.ts';
import type { Call } from '../../call.ts';
import { type Catalog, duplicate, invalid, notFound, page, recordDetail, required } from './answers.ts';
import type { Handlers } from './handlers.ts';
import { once } from './idempotency.ts';
import { chosenArtifact, chosenPath, type LaunchPath, visibleProduct } from './launch-paths.ts';
import { launch, terminate } from './launch.ts';
import { provisionedOf } from './provisioned.ts';
import { newId, type ProvisionedProduct, type Record_ } from './store.ts';

const PP_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$/;

/** Refuses parameters before anything starts, in CloudFormation's words. */
function checkParameters(template: Template, given: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(template.Parameters, key));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.entries(template.Parameters).filter(
    ([key, parameter]) => given[key] === undefined && parameter.Default === undefined,
  );
  if (missing.length > 0) throw invalid(`Parameters: [${missing.map(([key]) => key).join(', ')}] must have values`);
  for (const [key, parameter] of Object.entries(template.Parameters)) {
    const value = given[key];
    const problem = value === undefined || isSsmLookup(parameter) ? undefined : parameterProblem(key, parameter, value);
    if (problem !== undefined) throw invalid(problem);
  }
}

/** The tags of what is launched: the path's, a value of each tag option, and the caller's own. */
function tagsOf(path: LaunchPath, given: readonly Tag[]): Tag[] {
  const system = given.find(({ Key = '' }) => Key.toLowerCase().startsWith('aws:'));
  if (system !== undefined) throw invalid(`Tag keys that begin with aws: are reserved: ${system.Key ?? ''}.`);
  const tags = new Map(path.tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  for (const { Key = '', Value = '' } of given) {
    const options = path.tagOptions[Key];
    if (options !== undefined && !options.includes(Value))
      throw invalid(`Tag ${Key} must have one of the values of its TagOptions: ${options.join(', ')}.`);
    if (tags.has(Key) && tags.get(Key) !== Value) throw invalid(`Tag ${Key} is set by the portfolio or the product and cannot be changed.`);
    tags.set(Key, Value);
  }
  for (const [key, values] of Object.entries(path.tagOptions)) {
    if (tags.has(key)) continue;
    if (values.length > 1) throw invalid(`Tag ${key} has several TagOptions: one of ${values.join(', ')} must be chosen.`);
    tags.set(key, values[0] ?? '');
  }
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

function launchRole({ platform }: Catalog, path: LaunchPath): string {
  const constraint = path.constraints.find(({ detail }) => detail.Type === 'LAUNCH');
  if (constraint === undefined)
    throw invalid(
      'The product has no launch constraint in this portfolio: what it launches would run with your own permissions, which is not supported.',
    );
  const { RoleArn, LocalRoleName } = JSON.parse(constraint.parameters) as { RoleArn?: string; LocalRoleName?: string };
  return RoleArn ?? `arn:${platform.partition}:iam::${platform.account}:role/${LocalRoleName ?? ''}`;
}

const newRecord = (product: ProvisionedProduct, pathId: string | undefined, type: string, userArn: string): Record_ => {
  const now = new Date().toISOString();
  return {
    RecordId: newId('rec'),
    ProvisionedProductName: product.name,
    Status: 'CREATED',
    CreatedTime: now,
    UpdatedTime: now,
    ProvisionedProductType: 'CFN_STACK',
    RecordType: type,
    ProvisionedProductId: product.id,
    ProductId: product.productId,
    ProvisioningArtifactId: product.artifactId,
    PathId: pathId,
    RecordErrors: [],
    RecordTags: product.tags.map(({ Key, Value }) => ({ Key, Value })),
    LaunchRoleArn: product.launchRoleArn,
    outputs: [],
    userArn,
  };
};

function provision(catalog: Catalog, call: Call): Record_ {
  const { principal } = call;
  const { state } = catalog.store;
  const input = call.input as unknown as ProvisionProductInput;
  const name = required('provisionedProductName', input.ProvisionedProductName);
  const product = visibleProduct(catalog, principal, { id: input.ProductId, name: input.ProductName });
  const artifact = chosenArtifact(product, { id: input.ProvisioningArtifactId, name: input.ProvisioningArtifactName });
  const path = chosenPath(catalog, principal, product, { id: input.PathId, name: input.PathName });
  const parameters = Object.fromEntries((input.ProvisioningParameters ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  if (input.ProvisioningPreferences !== undefined || (input.NotificationArns ?? []).length > 0)
    throw invalid('ProvisioningPreferences and NotificationArns are not supported.');
  let recordId: string | undefined;
  const id = once(catalog, `ProvisionProduct ${principal.arn}`, required('provisionToken', input.ProvisionToken), call.input, () => {
    if (!PP_NAME.test(name))
      throw invalid(
        `1 validation error detected: Value '${name}' at 'provisionedProductName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][a-zA-Z0-9._-]*`,
      );
    if (Object.values(state.provisioned).some((other) => other.name === name))
      throw duplicate(`A provisioned product named ${name} already exists.`);
    checkParameters(parseTemplate(product.name, catalog.store.template(artifact.Id)), parameters);
    const ppId = newId('pp');
    const provisioned: ProvisionedProduct = {
      id: ppId,
      name,
      createdTime: new Date().toISOString(),
      status: 'UNDER_CHANGE',
      productId: product.id,
      productName: product.name,
      artifactId: artifact.Id,
      artifactName: artifact.Name ?? '',
      portfolioId: path.portfolioId,
      launchRoleArn: launchRole(catalog, path),
      userArn: principal.roleArn ?? principal.arn,
      userArnSession: principal.arn,
      tags: tagsOf(path, input.Tags ?? []),
      parameters,
      stackName: `SC-${catalog.platform.account}-${ppId}`,
      lastRecordId: '',
      lastProvisioningRecordId: '',
    };
    const record = newRecord(provisioned, path.id, 'PROVISION_PRODUCT', principal.arn);
    provisioned.lastRecordId = record.RecordId;
    provisioned.lastProvisioningRecordId = record.RecordId;
    state.provisioned[ppId] = provisioned;
    state.records[record.RecordId] = record;
    recordId = record.RecordId;
    return record.RecordId;
  });
  const record = state.records[id] as Record_;
  const provisioned = state.provisioned[record.ProvisionedProductId ?? ''];
  if (recordId !== undefined && provisioned !== undefined) void launch(catalog, provisioned, record);
  return record;
}

/** Launching, terminating, and the records that tell how it went. */
export const provisioningHandlers = (catalog: Catalog): Handlers => {
  const { state } = catalog.store;
  const recordOf = (id: string | undefined): Record_ => {
    const found = state.records[required('id', id)];
    if (found === undefined) throw notFound('Record', id);
    return found;
  };
  return {
    ProvisionProduct: (call) => ({ RecordDetail: { ...recordDetail(provision(catalog, call)), Status: 'CREATED' } }),
    TerminateProvisionedProduct: (call) => {
      const { ProvisionedProductId, ProvisionedProductName, TerminateToken, IgnoreErrors, RetainPhysicalResources } =
        call.input as unknown as TerminateProvisionedProductInput;
      if (RetainPhysicalResources === true) throw invalid('RetainPhysicalResources is only for external products.');
      let started: (() => void) | undefined;
      const id = once(
        catalog,
        `TerminateProvisionedProduct ${call.principal.arn}`,
        required('terminateToken', TerminateToken),
        call.input,
        () => {
          const product = provisionedOf(catalog, { id: ProvisionedProductId, name: ProvisionedProductName });
          if (product.status === 'UNDER_CHANGE')
            throw invalid(`Provisioned product ${product.name} is under change; wait until the operation in progress is complete.`);
          const record = newRecord(product, undefined, 'TERMINATE_PROVISIONED_PRODUCT', call.principal.arn);
          product.status = 'UNDER_CHANGE';
          product.lastRecordId = record.RecordId;
          state.records[record.RecordId] = record;
          started = () => void terminate(catalog, product, record, IgnoreErrors === true);
          return record.RecordId;
        },
      );
      started?.();
      return { RecordDetail: { ...recordDetail(recordOf(id)), Status: 'CREATED' } };
    },
    DescribeRecord: ({ input }) => {
      const { Id, PageSize, PageToken } = input as unknown as DescribeRecordInput;
      const record = recordOf(Id);
      const { items, ...next } = page(record.outputs, PageSize, PageToken);
      return { RecordDetail: recordDetail(record), RecordOutputs: items, ...next };
    },
    ListRecordHistory: ({ input, principal }) => {
      const { AccessLevelFilter, SearchFilter, PageSize, PageToken } = input as ListRecordHistoryInput;
      const found = Object.values(state.records)
        .filter(({ userArn }) => AccessLevelFilter?.Key === 'Account' || userArn === principal.arn)
        .filter((record) => {
          if (SearchFilter?.Key === 'provisionedproduct') return record.ProvisionedProductId === SearchFilter.Value;
          return SearchFilter?.Key === 'product' ? record.ProductId === SearchFilter.Value : true;
        })
        .sort((a, b) => String(b.CreatedTime).localeCompare(String(a.CreatedTime)));
      const { items, ...next } = page(found.map(recordDetail), PageSize, PageToken);
      return { RecordDetails: items, ...next };
    },
    GetProvisionedProductOutputs: ({ input }) => {
      const { ProvisionedProductId, ProvisionedProductName, OutputKeys, PageSize, PageToken } = input as GetProvisionedProductOutputsInput;
      const product = provisionedOf(catalog, { id: ProvisionedProductId, name: ProvisionedProductName });
      const outputs = state.records[product.lastSuccessfulProvisioningRecordId ?? '']?.outputs ?? [];
      const unknown = OutputKeys?.find((key) => !outputs.some(({ OutputKey }) => OutputKey === key));
      if (unknown !== undefined) throw invalid(`No output is named ${unknown}.`);
      const chosen =
        OutputKeys === undefined || OutputKeys.length === 0
          ? outputs
          : outputs.filter(({ OutputKey }) => OutputKeys.includes(OutputKey ?? ''));
      const { items, ...next } = page(chosen, PageSize, PageToken);
      return { Outputs: items, ...next };
    },
  };
};
