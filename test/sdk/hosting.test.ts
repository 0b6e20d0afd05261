import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@sealab/sdk';
import type { Lab } from '@sealab/sdk';
import { valueOf } from '../../sdk/src/hosting/invoke.ts';
import { environment } from './environment-fixture.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

const role = environment.roles.notebookExecution.split('/').at(-1) ?? '';
const identity = `arn:aws:sts::111122223333:assumed-role/${role}/SageMaker`;

async function labWith(answer: (request: Received) => Outcome): Promise<{ lab: Lab; service: Awaited<ReturnType<typeof serviceOnAPort>> }> {
  const service = await serviceOnAPort(answer);
  const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpointUrl: service.url });
  // The notebook's role acts with its own rights; STS is not what is looked at here.
  const sts = await lab.clients.sts();
  sts.middlewareStack.add(() => () => Promise.resolve({ output: { Arn: identity, $metadata: {} } as never, response: {} }), {
    step: 'initialize',
    name: 'identity',
    priority: 'low',
  });
  close = async () => {
    lab.close();
    await service.close();
  };
  return { lab, service };
}

/** Configurations and endpoints by name, as SageMaker keeps them; an endpoint ends with `end`. */
function hosting(end: 'InService' | 'Failed') {
  const configs = new Set<string>();
  const endpoints = new Map<string, number>();
  const answer = ({ operation, input }: Received): Outcome => {
    const config = String(input['EndpointConfigName']);
    const name = String(input['EndpointName']);
    switch (operation) {
      case 'CreateEndpointConfig':
        configs.add(config);
        return { json: { EndpointConfigArn: 'arn' } };
      case 'DeleteEndpointConfig':
        configs.delete(config);
        return { json: {} };
      case 'DescribeEndpointConfig':
        return configs.has(config)
          ? {
              json: {
                EndpointConfigName: config,
                KmsKeyId: environment.keys.volume,
                ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'somebodys-model', InstanceType: 'ml.m5.large' }],
              },
            }
          : { error: 'ValidationException', message: 'Could not find endpoint configuration.' };
      case 'CreateEndpoint':
        endpoints.set(name, 0);
        return { json: { EndpointArn: 'arn' } };
      case 'DeleteEndpoint':
        endpoints.delete(name);
        return { json: {} };
      case 'DescribeEndpoint': {
        const asked = endpoints.get(name);
        if (asked === undefined) return { error: 'ValidationException', message: `Could not find endpoint "${name}".` };
        endpoints.set(name, asked + 1);
        return {
          json: {
            EndpointName: name,
            EndpointConfigName: name,
            EndpointStatus: asked < 2 ? 'Creating' : end,
            ...(end === 'Failed' ? { FailureReason: 'The container did not answer /ping' } : {}),
          },
        };
      }
      case 'DescribeModel':
        return {
          json: {
            ModelName: input['ModelName'],
            EnableNetworkIsolation: true,
            VpcConfig: { Subnets: ['subnet-0dead'], SecurityGroupIds: ['sg-0ccc3333'] },
            ExecutionRoleArn: environment.roles.endpointHosting,
          },
        };
      default:
        return { error: 'UnknownOperationException', message: operation };
    }
  };
  return { configs, endpoints, answer };
}

describe('deploying', () => {
  it('creates configuration and endpoint with the secure fields, and waits with progress', async () => {
    const { configs, endpoints, answer } = hosting('InService');
    const { lab, service } = await labWith(answer);
    const statuses: string[] = [];
    const endpoint = await lab.deploy(
      { model: 'somebodys-model' },
      { name: 'credit', onProgress: ({ step, status }) => statuses.push(`${step} ${status}`) },
    );
    expect(endpoint.name).toBe('credit');
    expect(service.sent('CreateEndpointConfig')[0]?.input).toMatchObject({
      KmsKeyId: environment.keys.volume,
      ProductionVariants: [{ ModelName: 'somebodys-model', InstanceType: 'ml.m5.large' }],
      Tags: [{ Key: 'cost-centre' }, { Key: 'sealab:project' }],
    });
    expect(statuses).toEqual([
      'configuration creating',
      'endpoint Creating',
      'endpoint Creating',
      'endpoint Creating',
      'endpoint InService',
    ]);

    const seal = await endpoint.seal();
    expect(seal.status).toBe('broken');
    expect(seal.controls.filter(({ status }) => status === 'broken').map(({ control, found }) => [control, found])).toEqual([
      ['CreateModel.Subnets', 'subnet-0dead'],
    ]);

    await endpoint.delete();
    expect([configs.size, endpoints.size]).toEqual([0, 0]);
    // A model that was not made for this endpoint stays.
    expect(service.sent('DeleteModel')).toHaveLength(0);
    await endpoint.delete();
  });

  it('leaves nothing behind when the endpoint fails', async () => {
    const { configs, endpoints, answer } = hosting('Failed');
    const { lab } = await labWith(answer);
    await expect(lab.deploy({ model: 'm' }, { name: 'credit' })).rejects.toMatchObject({
      code: 'JobNotCompleted',
      message: expect.stringContaining('The container did not answer /ping'),
    });
    expect([configs.size, endpoints.size]).toEqual([0, 0]);
  });

  it('leaves what is being created when only the wait ended', async () => {
    const { configs, endpoints, answer } = hosting('InService');
    const { lab } = await labWith((request) =>
      request.operation === 'DescribeEndpoint' ? { json: { EndpointStatus: 'Creating' } } : answer(request),
    );
    await expect(lab.deploy({ model: 'm' }, { name: 'credit', timeout: 0.1 })).rejects.toMatchObject({ code: 'WaitEnded' });
    expect([configs.size, endpoints.size]).toEqual([1, 1]);
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
