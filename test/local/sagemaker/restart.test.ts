import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateHyperParameterTuningJobCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListTrainingJobsCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { archive, BUCKET, IMAGE, type Lab } from './running-sagemaker.ts';

const GROUP = '/aws/sagemaker/TrainingJobs';
let gateway: GatewayProcess;
let lab: Lab;

const startGateway = (): Promise<void> => gateway.start();
const endGateway = (signal: NodeJS.Signals): Promise<void> => gateway.end(signal);

beforeAll(async () => {
  gateway = await startGatewayProcess();
  ({ lab } = gateway);
}, 120_000);
afterAll(() => gateway.remove(), 60_000);

const train = async (name: string, script: string) => {
  await lab.train(name, script);
  while (!(await lab.log(GROUP, `${name}/`).catch((): string[] => [])).includes('number 3')) await sleep(50);
};
const COUNT =
  'import time\nfor number in range(40):\n    print(f"number {number}")\n    time.sleep(0.1)\nopen("/opt/ml/model/done", "w").close()';

describe('after a restart of the gateway', () => {
  it('a job that ran when it was killed runs to its end, and no line of its log is lost or repeated', async () => {
    await train('survivor', COUNT);
    await gateway.end('SIGKILL');
    await sleep(500);
    await gateway.start();
    expect((await lab.sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'survivor' }))).TrainingJobStatus).toBe(
      'InProgress',
    );
    expect(await lab.ended('survivor')).toMatchObject({
      TrainingJobStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: expect.stringContaining('survivor') },
    });
    const numbers = (await lab.log(GROUP, 'survivor/')).filter((line) => line.startsWith('number '));
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, number) => `number ${String(number)}`));
  }, 60_000);

  it('a job that ended while it was away is finished', async () => {
    await train('short', COUNT.replace('40', '10'));
    await gateway.end('SIGKILL');
    await sleep(3_000);
    await gateway.start();
    expect(await lab.ended('short')).toMatchObject({ TrainingJobStatus: 'Completed' });
    expect((await lab.log(GROUP, 'short/')).filter((line) => line.startsWith('number '))).toHaveLength(10);
  }, 60_000);

  it('a job of several instances goes on in all of them', async () => {
    await lab.sageMaker.send(
      new CreateTrainingJobCommand(
        await lab.request('both', `${COUNT}\nimport os\nopen("/opt/ml/model/" + os.uname().nodename, "w").close()`, {
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 1 },
        }),
      ),
    );
    while (!(await lab.log(GROUP, 'both/algo-2-').catch((): string[] => [])).includes('number 3')) await sleep(50);
    await endGateway('SIGKILL');
    await startGateway();
    expect(await lab.ended('both')).toMatchObject({ TrainingJobStatus: 'Completed' });
    for (const host of ['algo-1', 'algo-2'])
      expect((await lab.log(GROUP, `both/${host}-`)).filter((line) => line.startsWith('number '))).toHaveLength(40);
  }, 60_000);

  it('a transform job goes on after the objects that are done', async () => {
    const ModelDataUrl = await lab.put(
      'models/slow/model.tar.gz',
      archive({
        'code/inference.py':
          'import time\ndef model_fn(folder): return 2\ndef predict_fn(rows, model):\n    print("row", int(rows.sum()), flush=True)\n    time.sleep(0.5)\n    return rows * model',
      }),
    );
    await lab.sageMaker.send(
      new CreateModelCommand({
        ModelName: 'slow',
        PrimaryContainer: { Image: IMAGE, ModelDataUrl, Environment: { SAGEMAKER_PROGRAM: 'inference.py' } },
        ExecutionRoleArn: lab.roleArn,
        VpcConfig: lab.vpc,
        EnableNetworkIsolation: true,
      }),
    );
    for (const row of ['1', '2', '3', '4', '5', '6']) await lab.put(`batch/${row}.csv`, row);
    await lab.sageMaker.send(
      new CreateTransformJobCommand({
        TransformJobName: 'slow',
        ModelName: 'slow',
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/batch/` } },
          ContentType: 'text/csv',
        },
        TransformOutput: { S3OutputPath: `s3://${BUCKET}/scored`, KmsKeyId: lab.keyArn, Accept: 'application/json' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      }),
    );
    while ((await lab.keys('scored/')).length < 2) await sleep(50);
    await endGateway('SIGKILL');
    await startGateway();
    const status = async () => (await lab.sageMaker.send(new DescribeTransformJobCommand({ TransformJobName: 'slow' }))).TransformJobStatus;
    while ((await status()) === 'InProgress') await sleep(100);
    expect(await status()).toBe('Completed');
    expect(await lab.keys('scored/')).toEqual(['1', '2', '3', '4', '5', '6'].map((row) => `scored/${row}.csv.out`));
    const asked = (await lab.log('/aws/sagemaker/TransformJobs', 'slow/')).filter((line) => line.startsWith('row '));
    // Only what was under way at the moment of the kill is asked for again.
    expect(asked.length).toBeLessThanOrEqual(7);
    expect(new Set(asked).size).toBe(6);
  }, 60_000);

  it('a tuning job starts as many training jobs as it was asked for, and no more', async () => {
    const request = await lab.request('tuned', 'import time\ntime.sleep(1)\nprint("auc=0.5")');
    const {
      HyperParameters: StaticHyperParameters,
      AlgorithmSpecification,
      RoleArn,
      InputDataConfig,
      OutputDataConfig,
      ResourceConfig,
      StoppingCondition,
      VpcConfig,
    } = request;
    const rest = { RoleArn, InputDataConfig, OutputDataConfig, ResourceConfig, StoppingCondition, VpcConfig, EnableNetworkIsolation: true };
    await lab.sageMaker.send(
      new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: 'tuned',
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'auc' },
          ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 2 },
          ParameterRanges: { IntegerParameterRanges: [{ Name: 'width', MinValue: '1', MaxValue: '1000' }] },
        },
        TrainingJobDefinition: {
          ...rest,
          StaticHyperParameters,
          AlgorithmSpecification: AlgorithmSpecification,
        },
      }),
    );
    const state = () => lab.sageMaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tuned' }));
    for (let kill = 0; kill < 2; kill++) {
      while (((await state()).TrainingJobStatusCounters?.InProgress ?? 0) === 0) await sleep(50);
      await endGateway('SIGKILL');
      await sleep(500);
      await startGateway();
    }
    while ((await state()).HyperParameterTuningJobStatus === 'InProgress') await sleep(100);
    expect(await state()).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      TrainingJobStatusCounters: { Completed: 4 },
      ObjectiveStatusCounters: { Succeeded: 4 },
    });
    const { TrainingJobSummaries } = await lab.sageMaker.send(new ListTrainingJobsCommand({ NameContains: 'tuned-', MaxResults: 100 }));
    expect(TrainingJobSummaries).toHaveLength(4);
  }, 90_000);

  it('an endpoint still answers, after a kill and after everything was stopped; a job that was running says so', async () => {
    const runtime = new SageMakerRuntimeClient(gateway.admin);
    const ask = async () =>
      new TextDecoder().decode(
        (await runtime.send(new InvokeEndpointCommand({ EndpointName: 'one', Body: '1,2', ContentType: 'text/csv' }))).Body,
      );
    const status = async () => (await lab.sageMaker.send(new DescribeEndpointCommand({ EndpointName: 'one' }))).EndpointStatus;
    const inService = async () => {
      while ((await status()) !== 'InService') await sleep(100);
    };
    const ModelDataUrl = await lab.put(
      'models/one/model.tar.gz',
      archive({ 'code/inference.py': 'def model_fn(folder): return 2\ndef predict_fn(rows, model): return rows.sum() * model' }),
    );
    const PrimaryContainer = { Image: IMAGE, ModelDataUrl, Environment: { SAGEMAKER_PROGRAM: 'inference.py' } };
    await lab.sageMaker.send(
      new CreateModelCommand({
        ModelName: 'one',
        PrimaryContainer,
        ExecutionRoleArn: lab.roleArn,
        VpcConfig: lab.vpc,
        EnableNetworkIsolation: true,
      }),
    );
    await lab.sageMaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'one',
        ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'one', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }],
      }),
    );
    await lab.sageMaker.send(new CreateEndpointCommand({ EndpointName: 'one', EndpointConfigName: 'one' }));
    await inService();
    expect(await ask()).toBe('6.0');

    await gateway.end('SIGKILL');
    await gateway.start();
    await inService();
    expect(await ask()).toBe('6.0');

    await train('interrupted', COUNT.replace('40', '600'));
    await gateway.end('SIGTERM');
    await gateway.start();
    expect(await lab.ended('interrupted')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('The local environment was stopped while the job was running.'),
    });
    await inService();
    expect(await ask()).toBe('6.0');
    // One container survived the kill, a second one was started after the stop; its lines arrive a moment after it answers.
    const loads = async (): Promise<string[]> =>
      (await lab.log('/aws/sagemaker/Endpoints/one', 'AllTraffic/')).filter((line) => line.includes('Booting worker'));
    for (let tries = 0; tries < 50 && (await loads()).length < 2; tries++) await sleep(100);
    expect(await loads()).toHaveLength(2);
  }, 120_000);
});
