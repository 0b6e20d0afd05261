import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Principal } from '../../../local/gateway/call.ts';
import { objectOf } from '../../../local/gateway/services/service-catalog/products.ts';
import { admin, ana, ben, requestOf, role, RunningCatalog, session } from './running-catalog.ts';

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = await RunningCatalog.start();
}, 30_000);
afterAll(() => catalog.moto.stop());
const call = (...given: Parameters<RunningCatalog['call']>) => catalog.call(...given);
const parameters = (values: Readonly<Record<string, string>>) => Object.entries(values).map(([Key, Value]) => ({ Key, Value }));

let productId = '';
let artifactId = '';
let portfolioId = '';
const provision = (changes: object, principal: Principal = ana) =>
  call(
    'ProvisionProduct',
    {
      ProductId: productId,
      ProvisioningArtifactId: artifactId,
      ProvisionedProductName: 'one',
      ProvisionToken: 't1',
      ProvisioningParameters: parameters({ Owner: 'ana' }),
      Tags: [{ Key: 'team', Value: 'a' }],
      ...changes,
    },
    principal,
  );

describe('administering', () => {
  const info = (key: string) => ({ Name: '1', Info: { LoadTemplateFromURL: `https://s3.eu-west-1.amazonaws.com/assets/${key}` } });

  it('makes a portfolio with a product, a launch role, tag options and principals', async () => {
    const portfolio = await call(
      'CreatePortfolio',
      { DisplayName: 'Lab', ProviderName: 'Sealab', Tags: [{ Key: 'cost', Value: '1' }], IdempotencyToken: 'p' },
      admin,
    );
    portfolioId = (portfolio as unknown as { PortfolioDetail: { Id: string } }).PortfolioDetail.Id;
    expect(portfolioId).toMatch(/^port-[a-z2-7]{13}$/);
    const again = await call(
      'CreatePortfolio',
      { DisplayName: 'Lab', ProviderName: 'Sealab', Tags: [{ Key: 'cost', Value: '1' }], IdempotencyToken: 'p' },
      admin,
    );
    expect(again).toEqual(portfolio);
    const product = (await call(
      'CreateProduct',
      { Name: 'Notebook', Owner: 'Sealab', ProductType: 'CLOUD_FORMATION_TEMPLATE', ProvisioningArtifactParameters: info('product.json') },
      admin,
    )) as unknown as {
      ProductViewDetail: { ProductViewSummary: { ProductId: string } };
      ProvisioningArtifactDetail: { Id: string };
    };
    productId = product.ProductViewDetail.ProductViewSummary.ProductId;
    artifactId = product.ProvisioningArtifactDetail.Id;
    expect(catalog.asked.at(-1)).toMatchObject({ principal: admin, action: 's3:GetObject', resource: 'arn:aws:s3:::assets/product.json' });
    await call('AssociateProductWithPortfolio', { PortfolioId: portfolioId, ProductId: productId }, admin);
    await call(
      'CreateConstraint',
      { PortfolioId: portfolioId, ProductId: productId, Type: 'LAUNCH', Parameters: JSON.stringify({ RoleArn: role('launch') }) },
      admin,
    );
    for (const Value of ['a', 'b']) {
      const option = (await call('CreateTagOption', { Key: 'team', Value }, admin)) as unknown as { TagOptionDetail: { Id: string } };
      await call('AssociateTagOptionWithResource', { ResourceId: portfolioId, TagOptionId: option.TagOptionDetail.Id }, admin);
    }
    expect(await call('SearchProducts', {})).toMatchObject({ ProductViewSummaries: [] });
    await call(
      'AssociatePrincipalWithPortfolio',
      { PortfolioId: portfolioId, PrincipalARN: role('scientist'), PrincipalType: 'IAM' },
      admin,
    );
    expect(await call('SearchProducts', {})).toMatchObject({ ProductViewSummaries: [{ Name: 'Notebook', ProductId: productId }] });
  });

  it.each([
    [
      'a template that is none',
      'CreateProduct',
      () => ({ Name: 'x', Owner: 'y', ProductType: 'CLOUD_FORMATION_TEMPLATE', ProvisioningArtifactParameters: info('broken.json') }),
      'InvalidParametersException',
    ],
    [
      'a template that is not there',
      'CreateProduct',
      () => ({ Name: 'x', Owner: 'y', ProductType: 'CLOUD_FORMATION_TEMPLATE', ProvisioningArtifactParameters: info('gone.json') }),
      'InvalidParametersException',
    ],
    [
      'a constraint that nothing would enforce',
      'CreateConstraint',
      () => ({ PortfolioId: portfolioId, ProductId: productId, Type: 'STACKSET', Parameters: '{}' }),
      'InvalidParametersException',
    ],
    [
      'a second launch constraint',
      'CreateConstraint',
      () => ({ PortfolioId: portfolioId, ProductId: productId, Type: 'LAUNCH', Parameters: JSON.stringify({ RoleArn: role('other') }) }),
      'DuplicateResourceException',
    ],
    ['deleting a portfolio in use', 'DeletePortfolio', () => ({ Id: portfolioId }), 'ResourceInUseException'],
    ['deleting a product in a portfolio', 'DeleteProduct', () => ({ Id: productId }), 'ResourceInUseException'],
    [
      'deleting the only version',
      'DeleteProvisioningArtifact',
      () => ({ ProductId: productId, ProvisioningArtifactId: artifactId }),
      'ResourceInUseException',
    ],
    ['the same tag option again', 'CreateTagOption', () => ({ Key: 'team', Value: 'a' }), 'DuplicateResourceException'],
    ['an unknown portfolio', 'DescribePortfolio', () => ({ Id: 'port-none' }), 'ResourceNotFoundException'],
  ])('refuses %s', async (_case, operation, input, name) => {
    await expect((async () => await call(operation, input(), admin))()).rejects.toMatchObject({ name });
  });

  it('reads templates only for who may read them', async () => {
    catalog.refused = ({ action }) => action === 's3:GetObject';
    const run = call('CreateProduct', {
      Name: 'x',
      Owner: 'y',
      ProductType: 'CLOUD_FORMATION_TEMPLATE',
      ProvisioningArtifactParameters: info('product.json'),
    });
    await expect(run).rejects.toMatchObject({ name: 'AccessDeniedException' });
    catalog.refused = () => false;
  });

  it.each([
    ['https://s3.eu-west-1.amazonaws.com/assets/a/b.json', { bucket: 'assets', key: 'a/b.json' }],
    ['https://assets.s3.eu-west-1.amazonaws.com/b.json', { bucket: 'assets', key: 'b.json' }],
    ['https://s3.cn-north-1.amazonaws.com.cn/assets/b.json', { bucket: 'assets', key: 'b.json' }],
  ])('reads %s', (url, object) => expect(objectOf(url)).toEqual(object));
});

describe('launching', () => {
  it('tells paths and parameters with their constraints', async () => {
    expect(await call('ListLaunchPaths', { ProductId: productId })).toMatchObject({
      LaunchPathSummaries: [{ Name: 'Lab', ConstraintSummaries: [{ Type: 'LAUNCH' }] }],
    });
    const answer = await call('DescribeProvisioningParameters', { ProductId: productId, ProvisioningArtifactId: artifactId });
    expect(answer).toMatchObject({
      ProvisioningArtifactParameters: [
        { ParameterKey: 'Owner', ParameterConstraints: { AllowedPattern: '[a-z]{2,10}', ConstraintDescription: 'must be your user name' } },
        { ParameterKey: 'Size', DefaultValue: 'small', ParameterConstraints: { AllowedValues: ['small', 'large'] } },
        { ParameterKey: 'Days', ParameterType: 'Number', ParameterConstraints: { MinValue: '1', MaxValue: '30' } },
        { ParameterKey: 'Alias' },
      ],
      TagOptions: [{ Key: 'team', Values: ['a', 'b'] }],
      UsageInstructions: [{ Type: 'launchAsRole', Value: role('launch') }],
    });
  });

  it.each([
    [
      'an unknown parameter',
      {
        ProvisioningParameters: parameters({ Owner: 'ana', Moon: '1' }),
      },
      'InvalidParametersException',
      'Parameters: [Moon] do not exist in the template',
    ],
    ['a missing parameter', { ProvisioningParameters: [] }, 'InvalidParametersException', 'Parameters: [Owner] must have values'],
    [
      'a pattern',
      { ProvisioningParameters: parameters({ Owner: 'ANA' }) },
      'InvalidParametersException',
      'Parameter Owner failed to satisfy constraint: must be your user name',
    ],
    [
      'an allowed value',
      {
        ProvisioningParameters: parameters({ Owner: 'ana', Size: 'huge' }),
      },
      'InvalidParametersException',
      "Parameter 'Size' must be one of AllowedValues",
    ],
    [
      'a maximum',
      {
        ProvisioningParameters: parameters({ Owner: 'ana', Days: '31' }),
      },
      'InvalidParametersException',
      "Parameter 'Days' must be a number not greater than 30",
    ],
    ['a tag option', { Tags: [{ Key: 'team', Value: 'c' }] }, 'InvalidParametersException', 'one of the values of its TagOptions'],
    ['a tag option that is not chosen', { Tags: [] }, 'InvalidParametersException', 'several TagOptions'],
    [
      'a tag of the portfolio',
      {
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'cost', Value: '2' },
        ],
      },
      'InvalidParametersException',
      'cannot be changed',
    ],
    ['a reserved tag', { Tags: [{ Key: 'aws:x', Value: 'a' }] }, 'InvalidParametersException', 'reserved'],
    ['a name', { ProvisionedProductName: '-x' }, 'InvalidParametersException', 'provisionedProductName'],
    ['an unknown product', { ProductId: 'prod-none' }, 'ResourceNotFoundException', 'prod-none'],
    ['an unknown version', { ProvisioningArtifactId: 'pa-none' }, 'ResourceNotFoundException', 'pa-none'],
  ])('refuses before anything starts: %s', async (_case, changes, name, says) => {
    await expect((async () => await provision(changes))()).rejects.toMatchObject({
      name,
      message: expect.stringContaining(says) as unknown,
    });
  });

  it('does not know the product for who it is not offered to', async () => {
    const stranger = session('stranger', 'eve');
    await expect((async () => await provision({}, stranger))()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect((async () => await call('DescribeProduct', { Id: productId }, stranger))()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('launches as the launch role, with tags, and tells the outputs', async () => {
    catalog.asked = [];
    const started = await provision({});
    expect(started).toMatchObject({
      RecordDetail: { Status: 'CREATED', RecordType: 'PROVISION_PRODUCT', ProvisionedProductName: 'one', LaunchRoleArn: role('launch') },
    });
    const record = await catalog.settled(started);
    expect(record).toMatchObject({
      RecordDetail: { Status: 'SUCCEEDED', RecordErrors: [] },
      RecordOutputs: [{ OutputKey: 'CloudformationStackARN' }, { OutputKey: 'Name', OutputValue: '/lab/ana', Description: 'the log' }],
    });
    expect(catalog.asked).toMatchObject([
      {
        action: 'cloudformation:CreateStack',
        principal: { roleArn: role('launch') },
        resource: expect.stringContaining(':stack/SC-111122223333-pp-') as unknown,
      },
    ]);
    const { logGroups } = await catalog.aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/lab/ana' }));
    expect(logGroups?.[0]?.retentionInDays).toBe(30);
    const { tags } = await catalog.aws.logs.send(
      new ListTagsForResourceCommand({ resourceArn: (logGroups?.[0]?.arn ?? '').replace(/:\*$/, '') }),
    );
    expect(tags).toMatchObject({ team: 'a', cost: '1', 'aws:servicecatalog:provisioningPrincipalArn': ana.arn });
  });

  it('takes the same token for the same launch, and for no other', async () => {
    const first = (await provision({})) as unknown as { RecordDetail: { RecordId: string } };
    expect(await call('ListRecordHistory', {})).toMatchObject({ RecordDetails: [{ RecordId: first.RecordDetail.RecordId }] });
    await expect((async () => await provision({ ProvisionedProductName: 'two' }))()).rejects.toMatchObject({
      name: 'InvalidParametersException',
    });
    await expect((async () => await provision({ ProvisionToken: 't2' }))()).rejects.toMatchObject({ name: 'DuplicateResourceException' });
  });

  it('lists a person’s own, and says whose something is', async () => {
    expect(await call('SearchProvisionedProducts', {})).toMatchObject({
      TotalResultsCount: 1,
      ProvisionedProducts: [{ Name: 'one', Status: 'AVAILABLE', UserArn: ana.roleArn, UserArnSession: ana.arn }],
    });
    expect(await call('SearchProvisionedProducts', {}, ben)).toMatchObject({ TotalResultsCount: 0 });
    expect(await call('SearchProvisionedProducts', { AccessLevelFilter: { Key: 'Role', Value: 'self' } }, ben)).toMatchObject({
      TotalResultsCount: 1,
    });
    expect(await call('SearchProvisionedProducts', { Filters: { SearchQuery: ['name:tw*'] } })).toMatchObject({ TotalResultsCount: 0 });
    expect(await call('GetProvisionedProductOutputs', { ProvisionedProductName: 'one', OutputKeys: ['Name'] })).toMatchObject({
      Outputs: [{ OutputValue: '/lab/ana' }],
    });
    const levels = (principal: Principal, operation: string, input: object) =>
      Object.keys(catalog.service.conditionKeys?.(requestOf(operation, input, principal)) ?? {}).map((key) => key.split(':')[1]);
    expect(levels(ana, 'TerminateProvisionedProduct', { ProvisionedProductName: 'one' })).toEqual([
      'userLevel',
      'roleLevel',
      'accountLevel',
    ]);
    expect(levels(ben, 'TerminateProvisionedProduct', { ProvisionedProductName: 'one' })).toEqual(['roleLevel', 'accountLevel']);
    expect(levels(admin, 'DescribeProvisionedProduct', { Name: 'one' })).toEqual(['accountLevel']);
    expect(levels(ana, 'SearchProvisionedProducts', { AccessLevelFilter: { Key: 'Account', Value: 'self' } })).toEqual(['accountLevel']);
  });

  it('rolls back a launch that fails and says why', async () => {
    const record = await catalog.settled(
      await provision({
        ProvisionedProductName: 'bad',
        ProvisionToken: 't3',
        ProvisioningParameters: parameters({ Owner: 'bad', Alias: 'wrong' }),
      }),
    );
    expect(record.RecordDetail).toMatchObject({
      Status: 'FAILED',
      RecordErrors: [{ Code: 'ResourceFailed', Description: expect.stringContaining('Named') as unknown }],
    });
    expect(await call('DescribeProvisionedProduct', { Name: 'bad' })).toMatchObject({
      ProvisionedProductDetail: { Status: 'ERROR', StatusMessage: expect.stringContaining('Named') as unknown },
    });
    const { logGroups } = await catalog.aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/lab/bad' }));
    expect(logGroups).toEqual([]);
  });

  it('fails a launch whose role may not create stacks', async () => {
    catalog.refused = ({ action }) => action === 'cloudformation:CreateStack';
    const record = await catalog.settled(
      await provision({
        ProvisionedProductName: 'denied',
        ProvisionToken: 't4',
        ProvisioningParameters: parameters({ Owner: 'denied' }),
      }),
    );
    catalog.refused = () => false;
    expect(record.RecordDetail).toMatchObject({
      Status: 'FAILED',
      RecordErrors: [{ Code: 'AccessDeniedException', Description: 'cloudformation:CreateStack is refused' }],
    });
  });

  it('terminates, idempotently, and survives a restart', async () => {
    catalog.restart();
    const product = (await call('DescribeProvisionedProduct', { Name: 'one' })) as unknown as { ProvisionedProductDetail: { Id: string } };
    const { Id } = product.ProvisionedProductDetail;
    const started = await call('TerminateProvisionedProduct', { ProvisionedProductName: 'one', TerminateToken: 'e1' });
    expect((await catalog.settled(started)).RecordDetail).toMatchObject({
      Status: 'SUCCEEDED',
      RecordType: 'TERMINATE_PROVISIONED_PRODUCT',
    });
    expect(await call('TerminateProvisionedProduct', { ProvisionedProductName: 'one', TerminateToken: 'e1' })).toMatchObject({
      RecordDetail: { ProvisionedProductId: Id },
    });
    await expect((async () => await call('DescribeProvisionedProduct', { Id }))()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { logGroups } = await catalog.aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/lab/ana' }));
    expect(logGroups).toEqual([]);
    expect(existsSync(join(catalog.moto.folder, 'deploy', `SC-111122223333-${Id}.json`))).toBe(false);
  });
});
