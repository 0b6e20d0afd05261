import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { refusal } from '../gateway/running-gateway.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
let runtime: SageMakerRuntimeClient;
beforeAll(async () => {
  lab = await startRunningSageMaker();
  runtime = new SageMakerRuntimeClient(lab.as(lab.administrator));
}, 300_000);
afterAll(() => lab.stop(), 60_000);

/** Without functions of its own for input and output, so that the image's are used. */
const SCRIPT = `
import os, json
import numpy as np
FACTOR = float(open(os.path.join("/opt/ml/model", "factor.txt")).read())
def model_fn(model_dir):
    print("loading", flush=True)
    return FACTOR
def predict_fn(data, model):
    rows = np.atleast_2d(data)
    if rows[0][0] == 13:
        raise ValueError("thirteen brings bad luck")
    if rows[0][0] == 99:
        os._exit(9)
    return rows.sum(axis=1) * model
`;

async function host(name: string, script = SCRIPT, factor = '2'): Promise<void> {
  await lab.model(name, script, { 'factor.txt': factor });
  await lab.sageMaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName: name, InstanceType: 'ml.m5.large', InitialInstanceCount: 1, InitialVariantWeight: 1 },
      ],
      KmsKeyId: lab.keyArn,
    }),
  );
}

async function settled(EndpointName: string) {
  for (;;) {
    const endpoint = await lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName }));
    if (!['Creating', 'Updating'].includes(endpoint.EndpointStatus ?? '')) return endpoint;
    await sleep(100);
  }
}

const ask = (EndpointName: string, Body: string | Uint8Array, ContentType = 'text/csv', Accept = 'application/json') =>
  runtime.send(new InvokeEndpointCommand({ EndpointName, Body, ContentType, Accept }));
const answer = async (...given: Parameters<typeof ask>) => new TextDecoder().decode((await ask(...given)).Body);

describe('an endpoint', () => {
  it('is in service when its container answers, and predicts from CSV, JSON and NumPy', async () => {
    await host('sum');
    const { EndpointArn } = await lab.sageMaker.send(new CreateEndpointCommand({ EndpointName: 'sum', EndpointConfigName: 'sum' }));
    expect(EndpointArn).toBe('arn:aws:sagemaker:eu-west-1:111122223333:endpoint/sum');
    const endpoint = await settled('sum');
    expect(endpoint).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'sum',
      ProductionVariants: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 1 }],
    });
    expect(await answer('sum', '1,2\n3,4')).toBe('[6.0, 14.0]');
    expect(await answer('sum', '[[1, 2], [3, 4]]', 'application/json')).toBe('[6.0, 14.0]');
    expect(await answer('sum', '1,2\n3,4', 'text/csv', 'text/csv')).toBe('6.0\n14.0\n');
    const npy = (await ask('sum', '1,2', 'text/csv', 'application/x-npy')).Body as Uint8Array;
    expect(Buffer.from(npy).subarray(1, 6).toString()).toBe('NUMPY');
    expect(await answer('sum', npy, 'application/x-npy')).toBe('[12.0]');
    expect((await ask('sum', '1')).InvokedProductionVariant).toBe('AllTraffic');
  }, 120_000);

  it('passes on what the model says when it fails', async () => {
    const error = await ask('sum', '13,1').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 500,
      OriginalMessage: expect.stringContaining('thirteen brings bad luck'),
      $metadata: { httpStatusCode: 424 },
    });
    expect(await ask('sum', '<x/>', 'application/xml').catch((thrown: unknown) => thrown)).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 415,
    });
    // The log follows within a second.
    const lines = async () => (await lab.log('/aws/sagemaker/Endpoints/sum', 'AllTraffic/')).join('\n');
    while (!/loading[^]*thirteen brings bad luck/.test(await lines())) await sleep(100);
  }, 60_000);

  it('comes back when its container dies', async () => {
    expect(await refusal(ask('sum', '99'))).toMatchObject({ name: 'ModelError' });
    for (;;) {
      const value = await answer('sum', '1,2').catch(() => undefined);
      if (value !== undefined) {
        expect(value).toBe('[6.0]');
        break;
      }
      await sleep(200);
    }
  }, 60_000);

  it('changes to another configuration without a gap', async () => {
    await host('sum-2', SCRIPT, '10');
    await lab.sageMaker.send(new UpdateEndpointCommand({ EndpointName: 'sum', EndpointConfigName: 'sum-2' }));
    let answers = 0;
    while ((await lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'sum' }))).EndpointStatus === 'Updating') {
      expect(['[6.0]', '[30.0]']).toContain(await answer('sum', '1,2'));
      answers += 1;
    }
    expect(answers).toBeGreaterThan(0);
    expect(await answer('sum', '1,2')).toBe('[30.0]');
  }, 60_000);

  it('fails with the reason of AWS when the model cannot be loaded, or is not there', async () => {
    await host('broken', 'raise RuntimeError("no model here")');
    await lab.sageMaker.send(new CreateEndpointCommand({ EndpointName: 'broken', EndpointConfigName: 'broken' }));
    expect(await settled('broken')).toMatchObject({
      EndpointStatus: 'Failed',
      FailureReason:
        'The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
    });
    expect((await lab.log('/aws/sagemaker/Endpoints/broken', 'AllTraffic/')).join('\n')).toContain('no model here');
  }, 60_000);

  it('is gone after it was deleted', async () => {
    await lab.sageMaker.send(new DeleteEndpointCommand({ EndpointName: 'sum' }));
    for (let there = true; there;) {
      const { message } = await refusal(lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'sum' })));
      there = message === '';
      if (!there) expect(message).toBe('Could not find endpoint "arn:aws:sagemaker:eu-west-1:111122223333:endpoint/sum".');
    }
    expect(await refusal(ask('sum', '1'))).toMatchObject({
      name: 'ValidationError',
      message: 'Endpoint sum of account 111122223333 not found.',
    });
  }, 60_000);
});
