import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { as, description, uniqueName } from './running/environment.ts';
import { NotebookLab } from './running/lab.ts';

/** Trains in a second, and serves: the sign of x decides, as sharply as `c` says. */
const PROGRAM = `
import argparse, csv, glob, json, os
import joblib, numpy as np
from sklearn.linear_model import LogisticRegression

def model_fn(folder):
    return joblib.load(os.path.join(folder, "model.joblib"))

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--c", type=float, default=1.0)
    c = parser.parse_known_args()[0].c
    rows = [row for path in glob.glob(os.environ["SM_CHANNEL_TRAINING"] + "/*.csv") for row in csv.DictReader(open(path))]
    x = np.array([[float(row["x"]), float(row["y"])] for row in rows])
    labels = np.array([int(float(row["label"])) for row in rows])
    model = LogisticRegression(C=c).fit(x, labels)
    print(f"accuracy={model.score(x, labels) - abs(c - 1) / 1000:.6f}", flush=True)
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
`;
const NAME = uniqueName('cap');

describe('the SDK in the notebook', () => {
  let lab: NotebookLab;
  beforeAll(async () => {
    lab = await NotebookLab.open();
    await lab.notebook.run(`
import { chart, confusionMatrix, table } from "@sealab/sdk";
globalThis.sdk = { chart, confusionMatrix, table };
globalThis.script = { name: "train.py", text: ${JSON.stringify(PROGRAM)} };
globalThis.rows = Array.from({ length: 60 }, (_, i) => ({ label: Number(i > 29), x: (i - 29.5) / 10, y: Math.sin(i) }));
globalThis.training = { script, data: { rows }, metrics: { accuracy: "accuracy=([0-9.]+)" }, maxRuntime: 300 };
globalThis.features = rows.map(({ x, y }) => [x, y]);
globalThis.first = undefined;`);
  }, 60_000);
  afterAll(() => lab.close());

  it('plans and asks beforehand, with the origin of every value', async () => {
    const plan = await lab.json<{ operation: string; origins: string[]; added: string[] }>(`await (async () => {
      const { calls, values, difference } = await lab.plan(training);
      return { operation: calls[0].operation, origins: [...new Set(values[0].map((value) => value.origin))].sort(), added: difference[0].map(({ path }) => path) };
    })()`);
    expect(plan).toMatchObject({ operation: 'CreateTrainingJob', origins: ['caller', 'contract', 'environment'] });
    expect(plan.added).toEqual(expect.arrayContaining(['EnableNetworkIsolation', 'ResourceConfig.VolumeKmsKeyId', 'RoleArn']));
    const { ok, findings } = await lab.json<{ ok: boolean; findings: { check: string; status: string; finding: string }[] }>(
      'await lab.preflight(training)',
      30,
    );
    expect({ ok, problems: findings.filter(({ status }) => status === 'problem') }).toEqual({ ok: true, problems: [] });
    expect(findings.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['key', 'subnets', 'endpoints', 'name']),
    );
    const wrong = await lab.json<{ ok: boolean; findings: { status: string; finding: string; remedy?: string }[] }>(
      `await lab.preflight({ ...training, data: "s3://${description().buckets.data}/nothing-here/" })`,
      30,
    );
    expect(wrong.ok).toBe(false);
    expect(wrong.findings.filter(({ status }) => status === 'problem')).toEqual([
      expect.objectContaining({ finding: expect.stringContaining('nothing-here'), remedy: expect.stringMatching(/\S/) }),
    ]);
  }, 90_000);

  it('follows several jobs, on several instances and with checkpoints too', async () => {
    const ended = await lab.json<string[]>(
      `await (async () => {
        const jobs = await Promise.all([0.5, 1].map((c) => lab.train({ ...training, hyperparameters: { c } })));
        jobs.push(await lab.train({ ...training, instanceCount: 2, checkpoints: true }));
        globalThis.first = jobs[1];
        return (await lab.waitAll(jobs)).map((answer) => answer.TrainingJobStatus);
      })()`,
      180,
    );
    expect(ended).toEqual(['Completed', 'Completed', 'Completed']);
    expect(await lab.json('(await first.metrics()).last')).toEqual({ accuracy: expect.any(Number) });
  }, 200_000);

  it('tunes, and predicts in batches with the best', async () => {
    const best = await lab.json<{ trials: number; c: string; objective: number }>(
      `await (async () => {
        const tuning = await lab.tune({ ...training, objective: { metric: "accuracy", goal: "Maximize" }, ranges: { c: { min: 0.1, max: 10, scaling: "Logarithmic" } }, strategy: "Bayesian", maxJobs: 3, maxParallelJobs: 2 });
        await tuning.wait();
        const { hyperparameters, objective, job } = await tuning.best();
        globalThis.bestJob = job;
        return { trials: (await tuning.trials()).length, c: hyperparameters.c, objective };
      })()`,
      240,
    );
    expect(best).toMatchObject({ trials: 3, objective: expect.any(Number) });
    expect(Number(best.c)).toBeGreaterThanOrEqual(0.1);
    const predictions = await lab.json<unknown>(
      `await (async () => {
        const batch = await lab.transform({ model: bestJob, data: { rows: features }, contentType: "text/csv", accept: "text/csv" });
        await batch.wait();
        return (await batch.predictions()).flatMap(({ text }) => text.trim().split(/\\s+/)).filter((value) => Number(value) === 1).length;
      })()`,
      180,
    );
    expect(predictions).toBe(30);
  }, 440_000);

  it('hosts with capture, updates without an interruption, goes back, and finds drift in what was captured', async () => {
    const answers = await lab.json<{ first: number[]; second: number[]; configs: string[]; captured: number }>(
      `await (async () => {
        globalThis.endpoint = await lab.deploy(first, { name: "${NAME}", capture: true });
        const before = (await endpoint.describe()).EndpointConfigName;
        const answer = (await endpoint.invoke([[-2, 0], [2, 0]])).value;
        await endpoint.update(bestJob, { strategy: { canary: 50, wait: 1 } });
        const during = (await endpoint.describe()).EndpointConfigName;
        const second = (await endpoint.invoke([[-2, 0], [2, 0]])).value;
        await endpoint.rollback();
        const after = (await endpoint.describe()).EndpointConfigName;
        for (let i = 0; i < 30; i++) await endpoint.invoke([[i + 20, 5], [i + 21, 6]]);
        let captured = 0;
        for (const deadline = Date.now() + 30_000; captured < 30 && Date.now() < deadline;) {
          captured = 0;
          for await (const _ of endpoint.captured()) captured++;
          await new Promise((done) => setTimeout(done, 500));
        }
        return { first: answer, second, configs: [before, during, after], captured };
      })()`,
      240,
    );
    expect(answers.first).toEqual([0, 1]);
    expect(answers.second).toEqual([0, 1]);
    const [before, during, after] = answers.configs;
    expect(during).not.toBe(before);
    expect(after).toBe(before);
    expect(answers.captured).toBeGreaterThanOrEqual(30);
    const drift = await lab.json<{ drifted: boolean; features: string[] }>(
      `await (async () => {
        const baseline = await lab.monitor.baseline({ data: { rows }, target: "label" });
        const report = await lab.monitor.drift({ endpoint: "${NAME}", baseline });
        return { drifted: report.drifted, features: report.features.filter((feature) => feature.drifted).map(({ name }) => name) };
      })()`,
      180,
    );
    expect(drift).toEqual({ drifted: true, features: expect.arrayContaining(['x']) });
    expect(await lab.json(`(await endpoint.delete(), await lab.list("endpoints", { nameContains: "${NAME}" }).all()).length`, 60)).toBe(0);
  }, 480_000);

  it('answers asynchronously, and has many models behind one endpoint', async () => {
    const answered = await lab.json<{ later: number[]; models: string[]; other: number[] }>(
      `await (async () => {
        const later = await lab.deploy(first, { name: "${NAME}-async", async: true });
        const result = (await (await later.invokeAsync([[-2, 0], [2, 0]])).result({ timeout: 60 })).value;
        await later.delete();
        const many = await lab.deploy(first, { name: "${NAME}-many", multiModel: true });
        const name = await many.addModel(bestJob, "best");
        const other = (await many.invoke([[-2, 0], [2, 0]], { targetModel: name })).value;
        const models = await many.models();
        await many.delete();
        return { later: result, models, other };
      })()`,
      240,
    );
    expect(answered).toEqual({ later: [0, 1], models: expect.arrayContaining(['best.tar.gz']), other: [0, 1] });
  }, 260_000);

  it('registers a model, which somebody else approves', async () => {
    const { group, version } = await lab.json<{ group: string; version: string }>(
      `await (async () => {
        await lab.registry.create("${NAME}");
        globalThis.version = await lab.registry.register(first, { group: "${NAME}", metrics: { accuracy: 0.97 } });
        return { group: version.group, version: version.name };
      })()`,
      60,
    );
    expect({ group, version }).toEqual({ group: NAME, version: `${NAME}/1` });
    // Who builds does not approve, and is told who does.
    const refused = await lab.error('version.approve("mine")');
    expect(refused).toMatchObject({ code: 'AccessDenied', message: expect.stringMatching(/UpdateModelPackage/) });
    const approved = await lab.error(`lab.registry.register(first, { group: "${NAME}", approval: "Approved" })`, 60);
    expect(approved).toMatchObject({ code: 'AccessDenied' });

    const ModelPackageArn = `arn:aws:sagemaker:${description().region}:${description().account}:model-package/${version}`;
    await new SageMakerClient(await as('model-approval')).send(
      new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Approved', ApprovalDescription: 'better on every segment' }),
    );

    const deployed = await lab.json<{ answer: number[]; compared: { approval: string; metrics: object }[] }>(
      `await (async () => {
        const compared = await lab.registry.compare("${NAME}");
        const served = await lab.deploy(await lab.registry.latest("${NAME}", { status: "Approved" }), { name: "${NAME}-approved" });
        const answer = (await served.invoke([[-2, 0], [2, 0]])).value;
        await served.delete();
        return { answer, compared };
      })()`,
      120,
    );
    expect(deployed).toMatchObject({ answer: [0, 1], compared: [{ approval: 'Approved', metrics: { accuracy: 0.97 } }] });
  }, 260_000);

  it('runs a pipeline whose steps are as secure as its jobs', async () => {
    const execution = await lab.json<{ status: string; steps: Record<string, string>; isolated: boolean }>(
      `await (async () => {
        const pipeline = await lab.pipeline("${NAME}", (build) => {
          const train = build.train("train", { ...training });
          const evaluate = build.process("evaluate", {
            script: { name: "evaluate.py", text: "import json\\njson.dump({'accuracy': 0.9}, open('/opt/ml/processing/output/report/report.json', 'w'))" },
            inputs: { model: train.properties.ModelArtifacts.S3ModelArtifacts },
            outputs: ["report"],
            propertyFiles: { report: { output: "report", path: "report.json" } },
          });
          build.condition("good", {
            if: [build.is.greaterThan(evaluate.json("report", "accuracy"), 0.8)],
            then: () => {
              const model = build.model("model", { model: train });
              build.transform("score", { model, data: { rows: [[-2, 0], [2, 0]] } });
              build.register("register", { group: "${NAME}", model });
            },
            else: () => build.fail("bad", { message: "not good enough" }),
          });
        });
        await pipeline.upsert();
        const execution = await pipeline.start();
        const done = await execution.wait();
        const steps = await execution.steps();
        const job = steps.find(({ name }) => name === "train");
        const [summary] = await lab.list("training-jobs", { nameContains: "train", status: "Completed" }).all(1);
        const { EnableNetworkIsolation } = await lab.attach(summary.name).describe();
        return { status: done.PipelineExecutionStatus ?? done.status, steps: Object.fromEntries(steps.map(({ name, status }) => [name, status])), isolated: EnableNetworkIsolation };
      })()`,
      240,
    );
    expect(execution).toEqual({
      status: 'Succeeded',
      steps: {
        train: 'Succeeded',
        evaluate: 'Succeeded',
        good: 'Succeeded',
        'model-code': 'Succeeded',
        model: 'Succeeded',
        score: 'Succeeded',
        register: 'Succeeded',
      },
      isolated: true,
    });
  }, 260_000);

  it('keeps features and runs of experiments', async () => {
    const found = await lab.json<unknown>(
      `await (async () => {
        const group = await lab.features.create({ name: "${NAME}", rows: [{ id: "a", income: 1.5, EventTime: new Date().toISOString() }], recordIdentifier: "id" });
        const put = await group.put([{ id: "a", income: 1.5 }, { id: "b", income: 2.5 }]);
        const got = await group.get(["b", "c"]);
        await group.remove();
        const run = await lab.experiments.run("${NAME}", { name: "${NAME}-run", parameters: { depth: 4 } });
        await run.log({ metrics: { auc: 0.78 } });
        await run.finish();
        const [compared] = await lab.experiments.compare("${NAME}");
        return { written: put.written, got: [got[0]?.income, got[1] ?? null], run: { parameters: compared.parameters, metrics: compared.metrics } };
      })()`,
      90,
    );
    expect(found).toEqual({
      written: 2,
      got: [2.5, null],
      run: { parameters: expect.objectContaining({ depth: 4 }), metrics: { auc: 0.78 } },
    });
  }, 120_000);

  it('says what this machine cannot do', async () => {
    expect(await lab.error('lab.autoML({ data: { rows }, target: "label" })', 60)).toMatchObject({
      code: 'OperationNotEmulated',
      message: expect.stringMatching(/AutoML/),
    });
    expect(await lab.error(`lab.deploy(first, { serverless: { memory: 2048, maxConcurrency: 5 } })`, 60)).toMatchObject({
      code: 'SecureFieldConflict',
      message: expect.stringMatching(/neither a VPC nor isolation/),
    });
  }, 60_000);
});
