import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CreatePipelineCommand,
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  ListTrainingJobsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { pipelineRole, trainAndRegister } from './pipeline-definitions.ts';

let gateway: GatewayProcess;
beforeAll(async () => {
  gateway = await startGatewayProcess();
}, 120_000);
afterAll(() => gateway.remove(), 60_000);

it('an execution goes on after the gateway was killed in its middle, and starts nothing twice', async () => {
  const { lab, admin } = gateway;
  const RoleArn = await pipelineRole(admin, lab, 'pipeline');
  const PipelineDefinition = JSON.stringify(await trainAndRegister(lab, 'import time; time.sleep(4)'));
  await lab.sageMaker.send(
    new CreatePipelineCommand({ PipelineName: 'survivor', PipelineDefinition, RoleArn, ClientRequestToken: crypto.randomUUID() }),
  );
  const { PipelineExecutionArn } = await lab.sageMaker.send(
    new StartPipelineExecutionCommand({ PipelineName: 'survivor', ClientRequestToken: crypto.randomUUID() }),
  );
  const step = async (name: string) => {
    const { PipelineExecutionSteps } = await lab.sageMaker.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn }));
    return PipelineExecutionSteps?.find(({ StepName }) => StepName === name);
  };
  while ((await step('Train'))?.StepStatus !== 'Executing') await sleep(100);
  const started = (await step('Train'))?.Metadata?.TrainingJob?.Arn;
  await gateway.end('SIGKILL');
  await gateway.start();
  const status = async () =>
    (await lab.sageMaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }))).PipelineExecutionStatus;
  expect(await status()).toBe('Executing');
  while ((await status()) === 'Executing') await sleep(200);
  expect(await status()).toBe('Succeeded');
  expect((await step('Train'))?.Metadata?.TrainingJob?.Arn).toBe(started);
  expect((await step('Register'))?.Metadata?.RegisterModel?.Arn).toContain('model-package/churn-models/1');
  expect((await lab.sageMaker.send(new ListTrainingJobsCommand({}))).TrainingJobSummaries).toHaveLength(1);
}, 120_000);
