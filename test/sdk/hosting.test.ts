import { describe, expect, it } from '@jest/globals';
import type { Deployable } from '@sealab/sdk';
import { valueOf } from '../../sdk/src/hosting/invoke.ts';
import { environment } from './environment-fixture.ts';
import { hostingService, trained } from './hosting-service.ts';
import { failure } from './refusals.ts';

/** A model that somebody made outside. */
const somebodys = (subnet: string) => ({
  createdAt: 0,
  input: {
    ModelName: 'somebodys-model',
    EnableNetworkIsolation: true,
    VpcConfig: { Subnets: [subnet], SecurityGroupIds: ['sg-0ccc3333'] },
    ExecutionRoleArn: environment.roles.endpointHosting,
  },
});

describe('deploying', () => {
  it('creates configuration and endpoint with the secure fields, and waits with progress', async () => {
    const { lab, service, models, left } = await hostingService();
    models.set('somebodys-model', somebodys('subnet-0dead'));
    models.set('credit-of-another', somebodys('subnet-0aaa1111'));
    const statuses: string[] = [];
    const endpoint = await lab.deploy(
      { model: 'somebodys-model' },
      { name: 'credit', onProgress: ({ step, status }) => statuses.push(`${step} ${status}`) },
    );
    expect(endpoint.name).toBe('credit');
    expect(service.sent('CreateEndpointConfig')[0]?.input).toMatchObject({
      KmsKeyId: environment.keys.volume,
      ProductionVariants: [{ ModelName: 'somebodys-model', InstanceType: 'ml.m5.large' }],
      Tags: [{ Key: 'sealab:endpoint', Value: 'credit' }, { Key: 'cost-centre' }, { Key: 'sealab:project' }],
    });
    expect(statuses).toEqual(['packing started', 'configuration creating', 'endpoint Creating', 'endpoint Creating', 'endpoint InService']);

    const seal = await endpoint.seal();
    expect(seal.status).toBe('broken');
    expect(seal.controls.filter(({ status }) => status === 'broken').map(({ control, found }) => [control, found])).toEqual([
      ['CreateModel.Subnets', 'subnet-0dead'],
    ]);

    await endpoint.delete();
    // Models that were not made for this endpoint stay, whatever their names.
    expect(left()).toEqual({ models: ['somebodys-model', 'credit-of-another'], configs: [], endpoints: [] });
    await endpoint.delete();
  });

  it('packs the code into the archive and isolates the model', async () => {
    const { lab, service, objects, left } = await hostingService();
    const endpoint = await lab.deploy(trained, { name: 'credit', environment: { WORKERS: '1' } });
    const [model] = service.sent('CreateModel');
    expect(model?.input).toMatchObject({
      ModelName: 'credit',
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: ['subnet-0aaa1111', 'subnet-0bbb2222'], SecurityGroupIds: ['sg-0ccc3333'] },
      ExecutionRoleArn: environment.roles.endpointHosting,
      PrimaryContainer: {
        Image: environment.images['scikit-learn'],
        ModelDataUrl: expect.stringMatching(/^s3:\/\/credit-risk-model\/hosted\/[0-9a-f]{40}\/model\.tar\.gz$/),
        Environment: { SAGEMAKER_PROGRAM: 'serve.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code', WORKERS: '1' },
      },
    });
    const packed = [...objects].filter(([place]) => place.includes('/hosted/'));
    expect(packed.map(([, { headers }]) => headers['x-amz-server-side-encryption-aws-kms-key-id'])).toEqual([environment.keys.storage]);
    await endpoint.delete();
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it.each(['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])('never creates twice when the answer to %s is lost', async (lost) => {
    const { lab, left } = await hostingService({
      breaks: ({ operation }, attempt) => (operation === lost && attempt === 1 ? 'after' : undefined),
    });
    await lab.deploy(trained, { name: 'credit' });
    expect(left()).toEqual({ models: ['credit'], configs: ['credit'], endpoints: ['credit'] });
  });

  it.each(['CreateEndpointConfig', 'CreateEndpoint'])('takes away what it made when %s is refused', async (refused) => {
    const { lab, left } = await hostingService({
      instead: ({ operation }) =>
        operation === refused ? { error: 'ResourceLimitExceeded', message: 'The account-level service limit is 0 Instances' } : undefined,
    });
    expect(await failure(lab.deploy(trained, { name: 'credit' }))).toMatchObject({ name: 'ResourceLimitExceeded' });
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it('leaves nothing behind when the endpoint fails', async () => {
    const { lab, left } = await hostingService({ created: 'Failed' });
    await expect(lab.deploy(trained, { name: 'credit' })).rejects.toMatchObject({
      code: 'JobNotCompleted',
      message: expect.stringContaining('The container did not answer /ping'),
    });
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it('leaves what is being created when only the wait ended', async () => {
    const { lab, left } = await hostingService({
      instead: ({ operation }) => (operation === 'DescribeEndpoint' ? { json: { EndpointStatus: 'Creating' } } : undefined),
    });
    await expect(lab.deploy({ model: 'm' }, { name: 'credit', timeout: 0.1 })).rejects.toMatchObject({ code: 'WaitEnded' });
    expect(left()).toMatchObject({ configs: ['credit'], endpoints: ['credit'] });
  });
});

describe('forms of hosting', () => {
  it('several variants share the traffic, each with its model and instances', async () => {
    const { lab, service, left } = await hostingService();
    const endpoint = await lab.deploy(
      { variants: { a: { model: trained, weight: 9 }, b: { model: trained, weight: 1, instanceType: 'ml.m5.large', instanceCount: 2 } } },
      { name: 'credit' },
    );
    const made = service.sent('CreateModel').map(({ input }) => input['ModelName']);
    expect(made).toEqual(['credit', expect.stringMatching(/^credit-\d{6}-\d{6}-[0-9a-f]{4}$/)]);
    expect(service.sent('CreateEndpointConfig')[0]?.input['ProductionVariants']).toEqual([
      { VariantName: 'a', ModelName: made[0], InitialVariantWeight: 9, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      { VariantName: 'b', ModelName: made[1], InitialVariantWeight: 1, InstanceType: 'ml.m5.large', InitialInstanceCount: 2 },
    ]);
    await endpoint.delete();
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it('a shadow gets its part of the requests', async () => {
    const { lab, service } = await hostingService();
    await lab.deploy(trained, { name: 'credit', wait: false, shadow: { model: trained, percent: 20 } });
    expect(service.sent('CreateEndpointConfig')[0]?.input).toMatchObject({
      ProductionVariants: [{ VariantName: 'AllTraffic', InitialVariantWeight: 1 }],
      ShadowProductionVariants: [{ VariantName: 'Shadow', InitialVariantWeight: 0.2, InstanceType: 'ml.m5.large' }],
    });
  });

  it('several containers answer one after the other, or when asked by name', async () => {
    const { lab, service } = await hostingService();
    await lab.deploy(
      { containers: { scale: { model: trained }, credit: { model: trained } }, mode: 'direct' },
      { name: 'credit', wait: false },
    );
    expect(service.sent('CreateModel')[0]?.input).toMatchObject({
      EnableNetworkIsolation: true,
      Containers: [
        { ContainerHostname: 'scale', ModelDataUrl: expect.stringContaining('/hosted/') },
        { ContainerHostname: 'credit', ModelDataUrl: expect.stringContaining('/hosted/') },
      ],
      InferenceExecutionConfig: { Mode: 'Direct' },
    });
  });

  it('many models share a container, and more come later', async () => {
    const { lab, service, objects } = await hostingService({
      instead: ({ operation, headers }) =>
        operation === 'POST /endpoints/credit/invocations'
          ? { content: JSON.stringify([headers['x-amzn-sagemaker-target-model']]), headers: { 'content-type': 'application/json' } }
          : undefined,
    });
    const endpoint = await lab.deploy(trained, { name: 'credit', multiModel: true, wait: false });
    const container = service.sent('CreateModel')[0]?.input['PrimaryContainer'] as Record<string, string>;
    expect(container).toMatchObject({
      Mode: 'MultiModel',
      ModelDataUrl: expect.stringMatching(/^s3:\/\/credit-risk-model\/multi-model\/.+\/$/),
    });
    expect(await endpoint.addModel(trained, 'north')).toBe('north.tar.gz');
    expect(await endpoint.models()).toEqual(['model.tar.gz', 'north.tar.gz']);
    const north = [...objects].find(([place]) => place.endsWith('/north.tar.gz'))?.[1];
    expect(north?.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(environment.keys.storage);
    expect((await endpoint.invoke([[1]], { targetModel: 'north' })).value).toEqual(['north.tar.gz']);

    const other = { ...trained, source: { script: { name: 'other.py', text: '' } } };
    expect(await failure(endpoint.addModel(other, 'south'))).toMatchObject({
      code: 'InvalidInput',
      details: { given: 'other.py', required: 'serve.py' },
    });
    expect(await failure(endpoint.addModel(trained, '../south'))).toMatchObject({ code: 'InvalidInput' });
  });

  it('an approved package is deployed; another one is refused before anything is made', async () => {
    let ModelApprovalStatus = 'PendingManualApproval';
    const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/credit/3';
    const { lab, service, left } = await hostingService({
      instead: ({ operation }) =>
        operation === 'DescribeModelPackage' ? { json: { ModelPackageArn: arn, ModelApprovalStatus } } : undefined,
    });
    expect(await failure(lab.deploy({ modelPackage: 'credit/3' }))).toMatchObject({
      code: 'InvalidInput',
      remedy: expect.stringContaining('approve'),
    });
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
    ModelApprovalStatus = 'Approved';
    await lab.deploy(lab.registry.package(arn), { name: 'credit' });
    expect(service.sent('CreateModel')[0]?.input).toMatchObject({
      PrimaryContainer: { ModelPackageName: arn },
      EnableNetworkIsolation: true,
    });
  });

  it('a plan shows every call and sends none', async () => {
    const { lab, service } = await hostingService();
    const { calls } = await lab.plan({ kind: 'deploy', model: trained, name: 'credit', async: true });
    expect(calls.map(({ operation }) => operation)).toEqual(['CreateModel', 'CreateEndpointConfig']);
    expect(calls[1]?.fields.map(({ location, origin }) => [location, origin])).toContainEqual([
      'AsyncInferenceConfig.OutputConfig.KmsKeyId',
      'environment',
    ]);
    expect(service.requests.filter(({ operation }) => !/^(HEAD|GET) /.test(operation))).toEqual([]);
  });
});

const twice = { containers: { a: { model: trained }, b: { model: trained } } };
const shared = { variants: { a: { model: trained }, b: { model: trained } } };
const shadow = { model: trained };
const REFUSED: [what: string, source: Deployable, options: object, code: string][] = [
  ['shadow and async', trained, { shadow, async: true }, 'InvalidInput'],
  ['shadow and multiModel', trained, { shadow, multiModel: true }, 'InvalidInput'],
  ['shadow and containers', twice, { shadow }, 'InvalidInput'],
  ['shadow and variants', shared, { shadow }, 'InvalidInput'],
  ['async and multiModel', trained, { async: true, multiModel: true }, 'InvalidInput'],
  ['async and variants', shared, { async: true }, 'InvalidInput'],
  ['multiModel and containers', twice, { multiModel: true }, 'InvalidInput'],
  ['multiModel and variants', shared, { multiModel: true }, 'InvalidInput'],
  ['serverless and capture', trained, { serverless: { memory: 2048, maxConcurrency: 5 }, capture: true }, 'InvalidInput'],
  ['multiModel of a SageMaker model', { model: 'm' }, { multiModel: true }, 'InvalidInput'],
  ['an instance type beside variants', shared, { instanceType: 'ml.m5.large' }, 'InvalidInput'],
  ['one variant', { variants: { a: { model: trained } } }, {}, 'InvalidInput'],
  ['one container', { containers: { a: { model: trained } } }, {}, 'InvalidInput'],
  ['a container that is no host', { containers: { 'a b': { model: trained }, b: { model: trained } } }, {}, 'InvalidInput'],
  ['an unknown mode', { ...twice, mode: 'parallel' } as unknown as Deployable, {}, 'InvalidInput'],
  ['an unknown option', trained, { instancetype: 'ml.m5.large' }, 'InvalidInput'],
  [
    'an unknown option of a variant',
    { variants: { a: { model: trained, wieght: 1 }, b: { model: trained } } } as Deployable,
    {},
    'InvalidInput',
  ],
  ['an unknown option of capture', trained, { capture: { percentage: 5 } }, 'InvalidInput'],
  ['a capture of nothing', trained, { capture: { input: false, output: false } }, 'InvalidInput'],
  ['a capture of 101 per cent', trained, { capture: { percent: 101 } }, 'InvalidInput'],
  ['a queue of 0', trained, { async: { maxConcurrent: 0 } }, 'InvalidInput'],
  ['a tag of Sealab', trained, { tags: { 'sealab:endpoint': 'another' } }, 'InvalidInput'],
  ['a negative weight', { variants: { a: { model: trained, weight: -1 }, b: { model: trained } } }, {}, 'InvalidInput'],
  ['a serverless variant', trained, { serverless: { memory: 2048, maxConcurrency: 5 } }, 'SecureFieldConflict'],
  ['answers in another bucket', trained, { async: { output: 's3://elsewhere/out' } }, 'SecureFieldConflict'],
  ['errors in another bucket', trained, { async: { failures: 's3://elsewhere/out' } }, 'SecureFieldConflict'],
  ['a type that is not allowed', trained, { instanceType: 'ml.p5.48xlarge' }, 'SecureFieldConflict'],
  ['a shadow on a type that is not allowed', trained, { shadow: { ...shadow, instanceType: 'ml.p5.48xlarge' } }, 'SecureFieldConflict'],
  ['an image from elsewhere', trained, { image: 'docker.io/library/python:3' }, 'SecureFieldConflict'],
];

describe('refused before anything is made', () => {
  it.each(REFUSED)('%s', async (_, source, options, code) => {
    const { lab, service } = await hostingService();
    const error = await failure(lab.deploy(source, { name: 'credit', ...options }));
    expect([error.code, error.message]).toEqual([code, expect.any(String)]);
    if (code === 'InvalidInput' && error.details['fields'] !== undefined) expect(error.remedy).toEqual(expect.any(String));
    expect(service.requests.filter(({ operation }) => !/^(HEAD|GET) /.test(operation))).toEqual([]);
  });
});

describe('answers of a model', () => {
  it.each([
    ['[[0.25,0.75]]', 'application/json', [[0.25, 0.75]]],
    ['not json', 'application/json', 'not json'],
    [
      '0,0.5\n1,x\n',
      'text/csv; charset=utf-8',
      [
        [0, 0.5],
        [1, 'x'],
      ],
    ],
    ['plain', 'text/plain', 'plain'],
  ])('%s as %s', (text, contentType, value) => expect(valueOf(text, contentType)).toEqual(value));
});
