import type { StackOptions } from '../../../deploy/index.ts';
import type { Principal } from '../../call.ts';
import { arnOf, type Catalog, provisionedArn } from './answers.ts';
import type { ProvisionedProduct, Record_ } from './store.ts';

/** The deployer brings the clients of a dozen services: loaded with the first launch, not with the gateway. */
const deployer = async () => await import('../../../deploy/index.ts');

/** Everything is done as the launch role: what its deployed policies refuse, a launch cannot do. */
async function asLaunchRole(
  { platform, stacks }: Catalog,
  product: ProvisionedProduct,
  action: 'CreateStack' | 'DeleteStack',
): Promise<StackOptions> {
  const credentials = await platform.assumeForService(product.launchRoleArn, 'servicecatalog.amazonaws.com', 'servicecatalog');
  await platform.authorize({
    principal: platform.principalOf(credentials.accessKeyId) as Principal,
    action: `cloudformation:${action}`,
    resource: `arn:${platform.partition}:cloudformation:${platform.region}:${platform.account}:stack/${product.stackName}/${product.id}`,
    via: 'servicecatalog.amazonaws.com',
  });
  const { endpoint, region, requestHandler } = platform.clientConfig(credentials, { kind: 'host' });
  return {
    name: product.stackName,
    stateFolder: stacks,
    accountId: platform.account,
    region: platform.region,
    partition: platform.partition,
    client: { endpoint, region, requestHandler, credentials },
  };
}

/** The tags that Service Catalog itself puts on what it launches; nobody can choose them. */
export const systemTags = (catalog: Catalog, product: ProvisionedProduct): Record<string, string> => ({
  'aws:servicecatalog:productArn': arnOf(catalog, 'product', product.productId),
  'aws:servicecatalog:portfolioArn': arnOf(catalog, 'portfolio', product.portfolioId),
  'aws:servicecatalog:provisioningArtifactIdentifier': product.artifactId,
  'aws:servicecatalog:provisioningPrincipalArn': product.userArnSession,
  'aws:servicecatalog:provisionedProductArn': provisionedArn(catalog, product),
});

function settle(catalog: Catalog, record: Record_, status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED', error?: Error): void {
  record.Status = status;
  record.UpdatedTime = new Date().toISOString();
  if (error !== undefined) record.RecordErrors = [{ Code: error.name, Description: error.message }];
  catalog.store.save();
}

/** Carries out a PROVISION_PRODUCT record. Started again after a restart, it goes on where it stopped. */
export async function launch(catalog: Catalog, product: ProvisionedProduct, record: Record_): Promise<void> {
  settle(catalog, record, 'IN_PROGRESS');
  try {
    const options = await asLaunchRole(catalog, product, 'CreateStack');
    const { deployTemplate } = await deployer();
    const stack = await deployTemplate({
      ...options,
      template: catalog.store.template(product.artifactId),
      parameters: product.parameters,
      tags: { ...Object.fromEntries(product.tags.map(({ Key = '', Value = '' }) => [Key, Value])), ...systemTags(catalog, product) },
      onFailure: 'rollback',
    });
    record.outputs = [
      { OutputKey: 'CloudformationStackARN', OutputValue: stack.id, Description: 'The ARN of the launched Cloudformation Stack' },
      ...Object.entries(stack.outputs).map(([OutputKey, { value, description }]) => ({
        OutputKey,
        OutputValue: value,
        Description: description,
      })),
    ];
    product.status = 'AVAILABLE';
    product.lastSuccessfulProvisioningRecordId = record.RecordId;
    settle(catalog, record, 'SUCCEEDED');
  } catch (error) {
    product.status = 'ERROR';
    product.statusMessage = (error as Error).message;
    settle(catalog, record, 'FAILED', error as Error);
  }
}

/** Carries out a TERMINATE_PROVISIONED_PRODUCT record. */
export async function terminate(catalog: Catalog, product: ProvisionedProduct, record: Record_, ignoreErrors: boolean): Promise<void> {
  settle(catalog, record, 'IN_PROGRESS');
  try {
    const options = await asLaunchRole(catalog, product, 'DeleteStack');
    const { deleteStack } = await deployer();
    await deleteStack(options);
  } catch (error) {
    if (!ignoreErrors) {
      product.status = 'TAINTED';
      product.statusMessage = (error as Error).message;
      settle(catalog, record, 'FAILED', error as Error);
      return;
    }
  }
  Reflect.deleteProperty(catalog.store.state.provisioned, product.id);
  settle(catalog, record, 'SUCCEEDED');
}

/** Records that a killed gateway left in the middle. */
export const unsettled = ({ store }: Catalog): Record_[] =>
  Object.values(store.state.records).filter(({ Status }) => Status === 'CREATED' || Status === 'IN_PROGRESS');

/** Goes on with them. */
export function resume(catalog: Catalog, records: readonly Record_[]): void {
  for (const record of records) {
    const product = catalog.store.state.provisioned[record.ProvisionedProductId ?? ''];
    if (product === undefined) settle(catalog, record, 'SUCCEEDED');
    else if (record.RecordType === 'PROVISION_PRODUCT') void launch(catalog, product, record);
    else void terminate(catalog, product, record, false);
  }
}
