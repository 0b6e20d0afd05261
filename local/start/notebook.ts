import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreatePresignedNotebookInstanceUrlCommand,
  DescribeNotebookInstanceCommand,
  SageMakerClient,
  StartNotebookInstanceCommand,
} from '@aws-sdk/client-sagemaker';
import {
  DescribeProductCommand,
  DescribeProvisionedProductCommand,
  DescribeRecordCommand,
  ProvisionProductCommand,
  SearchProductsCommand,
  SearchProvisionedProductsCommand,
  ServiceCatalogClient,
  TerminateProvisionedProductCommand,
} from '@aws-sdk/client-service-catalog';
import type { ProvisionedProductAttribute } from '@aws-sdk/client-service-catalog';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from '../deploy/index.ts';
import { EnvironmentFailure } from './failure.ts';

/** The person that the local environment's data scientist is: the name of the administrator's user, as the role's trust wants it. */
const PERSON = 'administrator';
const PROVISIONED_NAME = `${PERSON}-notebook`;

/** Configuration of clients that act as the data scientist. */
export async function asDataScientist(administrator: ClientConfig, roleArn: string): Promise<ClientConfig> {
  const { Credentials } = await new STSClient(administrator).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: PERSON }));
  return {
    ...administrator,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
}

/** Launches the notebook product as a data scientist would, unless it was launched before. Returns the instance's name. */
export async function provisionNotebook(scientist: ClientConfig, tell: (text: string) => void): Promise<string> {
  const catalog = new ServiceCatalogClient(scientist);
  const earlier = await earlierLaunch(catalog, tell);
  // A launch that failed or was cut off leaves a product that can only be terminated.
  if (earlier !== undefined && earlier.Status !== 'AVAILABLE') await terminate(catalog, earlier.Id, tell);
  if (earlier?.Status !== 'AVAILABLE') await launch(catalog, tell);
  // Outputs by record: GetProvisionedProductOutputs has no condition key, so nobody may be given it for their own products alone.
  const { ProvisionedProductDetail } = await catalog.send(new DescribeProvisionedProductCommand({ Name: PROVISIONED_NAME }));
  const { RecordOutputs = [] } = await catalog.send(
    new DescribeRecordCommand({ Id: ProvisionedProductDetail?.LastSuccessfulProvisioningRecordId }),
  );
  const name = RecordOutputs.find(({ OutputKey }) => OutputKey === 'NotebookName')?.OutputValue;
  if (name === undefined)
    throw new EnvironmentFailure('The notebook product has no output NotebookName.', 'Check infra/products/notebook-product.ts.');
  return name;
}

/** What an earlier start launched, once it is at rest: Service Catalog goes on with a launch that was cut off. */
async function earlierLaunch(
  catalog: ServiceCatalogClient,
  tell: (text: string) => void,
): Promise<ProvisionedProductAttribute | undefined> {
  for (;;) {
    const { ProvisionedProducts = [] } = await catalog.send(
      new SearchProvisionedProductsCommand({ Filters: { SearchQuery: [`name:${PROVISIONED_NAME}`] } }),
    );
    const earlier = ProvisionedProducts.find(({ Name }) => Name === PROVISIONED_NAME);
    if (earlier?.Status !== 'UNDER_CHANGE') return earlier;
    tell('going on with an earlier launch');
    await sleep(250);
  }
}

async function launch(catalog: ServiceCatalogClient, tell: (text: string) => void): Promise<void> {
  const { ProductViewSummaries = [] } = await catalog.send(new SearchProductsCommand({}));
  const product = ProductViewSummaries.find(({ Name }) => Name?.endsWith('-notebook') === true);
  if (product?.ProductId === undefined) {
    throw new EnvironmentFailure(
      'The data scientist sees no notebook product in Service Catalog.',
      'The portfolio must be shared with the data-scientist role: see infra/constructs/notebook-portfolio.ts.',
    );
  }
  const { ProvisioningArtifacts = [] } = await catalog.send(new DescribeProductCommand({ Id: product.ProductId }));
  tell(`launching ${product.Name ?? ''}`);
  const { RecordDetail } = await catalog.send(
    new ProvisionProductCommand({
      ProductId: product.ProductId,
      ProvisioningArtifactId: ProvisioningArtifacts.at(-1)?.Id,
      ProvisionedProductName: PROVISIONED_NAME,
      ProvisioningParameters: [
        { Key: 'Owner', Value: PERSON },
        { Key: 'Email', Value: `${PERSON}@example.com` },
      ],
    }),
  );
  await recordDone(catalog, RecordDetail?.RecordId, 'launch');
}

async function terminate(
  catalog: ServiceCatalogClient,
  ProvisionedProductId: string | undefined,
  tell: (text: string) => void,
): Promise<void> {
  tell('removing what an earlier launch left');
  const { RecordDetail } = await catalog.send(
    new TerminateProvisionedProductCommand({ ProvisionedProductId, TerminateToken: randomUUID(), IgnoreErrors: false }),
  );
  await recordDone(catalog, RecordDetail?.RecordId, 'remove');
}

async function recordDone(catalog: ServiceCatalogClient, Id: string | undefined, verb: 'launch' | 'remove'): Promise<void> {
  for (;;) {
    const { RecordDetail: record } = await catalog.send(new DescribeRecordCommand({ Id }));
    if (record?.Status === 'SUCCEEDED') return;
    if (record?.Status === 'FAILED' || record?.Status === 'IN_PROGRESS_IN_ERROR') {
      const reasons = record.RecordErrors?.map(({ Description }) => Description).join(' ') ?? '';
      throw new EnvironmentFailure(
        `Service Catalog could not ${verb} the notebook: ${reasons}`,
        'The lifecycle scripts’ output is in the log group /aws/sagemaker/NotebookInstances.',
      );
    }
    await sleep(250);
  }
}

/** Waits until the instance is in service, starting it where it is stopped. */
export async function notebookInService(scientist: ClientConfig, name: string, tell: (text: string) => void): Promise<void> {
  const sageMaker = new SageMakerClient(scientist);
  let started = false;
  for (;;) {
    const { NotebookInstanceStatus: status, FailureReason } = await sageMaker.send(
      new DescribeNotebookInstanceCommand({ NotebookInstanceName: name }),
    );
    tell(`${name}: ${status ?? ''}`);
    if (status === 'InService') return;
    if ((status === 'Stopped' || status === 'Failed') && !started) {
      started = true;
      await sageMaker.send(new StartNotebookInstanceCommand({ NotebookInstanceName: name }));
    } else if (status === 'Failed') {
      throw new EnvironmentFailure(
        `The notebook ${name} failed: ${FailureReason ?? 'no reason given'}`,
        'The lifecycle scripts’ output is in the log group /aws/sagemaker/NotebookInstances.',
      );
    }
    await sleep(250);
  }
}

/** A URL that opens the notebook's JupyterLab once, within five minutes. */
export async function notebookUrl(scientist: ClientConfig, name: string): Promise<string> {
  const { AuthorizedUrl } = await new SageMakerClient(scientist).send(
    new CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: name }),
  );
  if (AuthorizedUrl === undefined) throw new EnvironmentFailure(`The notebook ${name} gave no URL.`, 'Start again.');
  return AuthorizedUrl;
}
