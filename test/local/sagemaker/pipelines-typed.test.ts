import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DescribeModelCommand, DescribeModelPackageCommand, DescribeTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Lab, PipelineBuilder, StepState } from '@sealab/sdk';
import { labOfGateway } from './lab-of-gateway.ts';
import { PIPELINE_ACTIONS, pipelineRole } from './pipeline-definitions.ts';
import { BUCKET, startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

/** Trains a factor, and multiplies the sum of a row by it. */
const script = {
  name: 'factor.py',
  text: `
import argparse, os
def model_fn(model_dir):
    return float(open("/opt/ml/model/factor.txt").read())
def input_fn(data, content_type):
    text = data if isinstance(data, str) else bytes(data).decode()
    return [[float(cell) for cell in line.split(",")] for line in text.split("\\n") if line]
def predict_fn(rows, factor):
    return [sum(row) * factor + float(os.environ.get("PLUS", "0")) for row in rows]
def output_fn(answers, accept):
    return "\\n".join(str(answer) for answer in answers) + "\\n", accept
if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--factor", type=float)
    factor = parser.parse_known_args()[0].factor
    open(os.path.join(os.environ["SM_MODEL_DIR"], "factor.txt"), "w").write(str(factor))
    print("distance=%f" % abs(factor - 3), flush=True)
`,
};
const OTHER = script.text.replace('return [sum(row) * factor', 'return [100 + sum(row) * factor');

let running: RunningSageMaker;
let lab: Lab;
beforeAll(async () => {
  running = await startRunningSageMaker();
  const further = ['CreateTransformJob', 'DescribeTransformJob', 'CreateHyperParameterTuningJob', 'DescribeHyperParameterTuningJob'];
  const pipelineExecution = await pipelineRole(running.as(running.administrator), running, 'typed', [
    ...PIPELINE_ACTIONS,
    ...[...further, 'ListTrainingJobsForHyperParameterTuningJob', 'AddTags'].map((name) => `sagemaker:${name}`),
  ]);
  lab = await labOfGateway(running, running.roleArn, { pipelineExecution });
}, 300_000);
afterAll(async () => {
  lab.close();
  await running.stop();
}, 60_000);

async function executed(name: string, build: (build: PipelineBuilder) => void): Promise<Record<string, StepState>> {
  await (await lab.pipeline(name, build)).upsert();
  return again(name);
}
async function again(name: string): Promise<Record<string, StepState>> {
  const pipeline = await lab.pipeline(name);
  const execution = await pipeline.start();
  await execution.wait();
  return Object.fromEntries((await execution.steps()).map((step) => [step.name, step]));
}
const nameOf = (step: StepState | undefined) => step?.resource?.name ?? '';

async function text(uri: string): Promise<string> {
  const { Body } = await running.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: uri.slice(`s3://${BUCKET}/`.length) }));
  return (await Body?.transformToString()) ?? '';
}
async function scored(step: StepState | undefined): Promise<string> {
  const job = await running.sageMaker.send(new DescribeTransformJobCommand({ TransformJobName: nameOf(step) }));
  return text(`${job.TransformOutput?.S3OutputPath ?? ''}/rows.csv.out`);
}
const rows = { text: '1,2\n3,4\n', name: 'rows.csv' };

describe('a pipeline that is built typed', () => {
  it('trains, makes a model of it, transforms with it and registers it', async () => {
    const steps = await executed('typed', (build) => {
      const factor = build.parameter.float('Factor', { default: 2 });
      const prepare = build.process('prepare', {
        script: { name: 'prepare.py', text: 'open("/opt/ml/processing/output/rows/rows.csv", "w").write("1,2\\n3,4\\n")' },
        outputs: ['rows'],
        cache: true,
      });
      const train = build.train('train', { script, hyperparameters: { factor }, maxRuntime: 100, cache: 'P1D' });
      const model = build.model('model', { model: train, environment: { PLUS: build.parameter.string('Plus', { default: '1' }) } });
      const score = build.transform('score', { model, data: prepare.output('rows') });
      build.register('register', { group: 'factors', model, metrics: { distance: 1 }, dependsOn: [score] });
    });
    expect(Object.fromEntries(Object.entries(steps).map(([name, { status }]) => [name, status]))).toEqual({
      prepare: 'Succeeded',
      train: 'Succeeded',
      'model-code': 'Succeeded',
      model: 'Succeeded',
      score: 'Succeeded',
      register: 'Succeeded',
    });
    expect(await scored(steps['score'])).toBe('7.0\n15.0\n');
    const model = await running.sageMaker.send(new DescribeModelCommand({ ModelName: nameOf(steps['model']) }));
    expect(model).toMatchObject({ EnableNetworkIsolation: true, VpcConfig: running.vpc });
    const version = await running.sageMaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: steps['register']?.resource?.arn ?? '' }),
    );
    expect(version).toMatchObject({
      ModelPackageGroupName: 'factors',
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: { Containers: [{ ModelDataUrl: model.PrimaryContainer?.ModelDataUrl }] },
    });
    expect(await lab.registry.package('factors/1').metrics()).toEqual({ distance: 1 });

    // What was made once is used again; a model of its own is made of it.
    const second = await again('typed');
    const cached = Object.entries(second).flatMap(([name, step]) => (step.cached ? [name] : []));
    expect(cached.sort()).toEqual(['model-code', 'prepare', 'train']);
    expect(await scored(second['score'])).toBe('7.0\n15.0\n');
    expect(second['register']?.resource?.arn).toMatch(/factors\/2$/);
  }, 240_000);

  it('serves code that a training put into its archive itself, unless other code is chosen', async () => {
    const text = `${script.text}    os.makedirs("/opt/ml/model/code")\n    open("/opt/ml/model/code/inference.py", "w").write(${JSON.stringify(OTHER)})\n`;
    const steps = await executed('own-code', (build) => {
      const train = build.train('train', { script: { ...script, text }, hyperparameters: { factor: 2 } });
      const model = build.model('model', { model: train });
      build.transform('score', { model, data: rows });
      const alone = build.model('alone', { model: { artifacts: train.properties.ModelArtifacts.S3ModelArtifacts } });
      build.transform('score-alone', { model: alone, data: rows });
      const chosen = build.model('chosen', { model: train, source: { script } });
      build.transform('score-chosen', { model: chosen, data: rows });
    });
    const own = '106.0\n114.0\n';
    expect([await scored(steps['score']), await scored(steps['score-alone']), await scored(steps['score-chosen'])]).toEqual([
      own,
      own,
      '6.0\n14.0\n',
    ]);
  }, 300_000);

  it('tunes, and makes models of the best: with its script, with other code, as an archive alone', async () => {
    const steps = await executed('tuned', (build) => {
      const tune = build.tune('tune', {
        script,
        metrics: { distance: 'distance=([0-9.]+)' },
        objective: { metric: 'distance', goal: 'Minimize' },
        ranges: { factor: { values: ['1', '3', '5'] } },
        strategy: 'Grid',
        maxParallelJobs: build.parameter.integer('Parallel', { default: 2 }),
      });
      const best = build.model('best', { model: tune });
      build.transform('score', { model: best, data: rows });
      const other = build.model('other', { model: tune, source: { script: { name: 'other.py', text: OTHER } } });
      build.transform('score-other', { model: other.properties.ModelName, data: rows });
      build.model('alone', { model: { artifacts: tune.bestModel() } });
    });
    expect([await scored(steps['score']), await scored(steps['score-other'])]).toEqual(['9.0\n21.0\n', '109.0\n121.0\n']);
    const alone = await running.sageMaker.send(new DescribeModelCommand({ ModelName: nameOf(steps['alone']) }));
    const [best] = await lab.attach(nameOf(steps['tune']), 'tuning-jobs').trials();
    expect(alone.PrimaryContainer?.ModelDataUrl).toBe((await best?.job.describe())?.ModelArtifacts?.S3ModelArtifacts);
  }, 300_000);
});
