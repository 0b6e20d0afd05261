import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, MimeBundle } from '@sealab/sdk';
import { DRIFT_PROGRAM } from '../../sdk/src/monitoring/drift-program.ts';
import { EXPLAIN_PROGRAM } from '../../sdk/src/monitoring/explain-program.ts';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { captures, Container, csv, customers, HEADER, ImagePython } from './monitoring-container.ts';
import { misfits } from './sagemaker-model.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

// The first run waits for pandas, SciPy and scikit-learn.
jest.setTimeout(60_000);

let python: ImagePython;
beforeAll(async () => {
  python = await ImagePython.start();
}, 600_000);

const containers: Container[] = [];
afterAll(() => {
  python.stop();
  for (const container of containers) container.remove();
});

const shown = (value: unknown) => (value as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();

describe('lab.monitor', () => {
  /** Processing jobs that run the program for real on what the request names; S3 as files. */
  async function running(): Promise<{ lab: Lab; sent: (operation: string) => readonly Received[]; container: Container }> {
    const container = new Container(python);
    containers.push(container);
    const objects = new Map<string, string>();
    const jobs = new Map<string, Outcome>();
    const key = (uri: string) => uri.replace('s3://', '/');
    const run = async (input: Record<string, unknown>): Promise<Outcome> => {
      const { AppSpecification, ProcessingInputs, ProcessingOutputConfig } = input as {
        AppSpecification: { ContainerEntrypoint: string[]; ContainerArguments: string[] };
        ProcessingInputs: { InputName: string; S3Input: { S3Uri: string } }[];
        ProcessingOutputConfig: { Outputs: { S3Output: { S3Uri: string } }[] };
      };
      rmSync(join(container.root, 'processing'), { recursive: true, force: true });
      for (const { InputName, S3Input } of ProcessingInputs)
        for (const [path, content] of objects)
          if (path.startsWith(key(S3Input.S3Uri))) container.input(InputName, path.split('/').at(-1) ?? '', content);
      const program = AppSpecification.ContainerEntrypoint[1]?.split('/').at(-1) === DRIFT_PROGRAM.name ? DRIFT_PROGRAM : EXPLAIN_PROGRAM;
      const { status, message } = await container.run(program, ...AppSpecification.ContainerArguments);
      for (const file of status === 0 ? readdirSync(join(container.root, 'processing/output/report')) : [])
        objects.set(
          `${key(ProcessingOutputConfig.Outputs[0]?.S3Output.S3Uri ?? '')}/${file}`,
          container.text(`processing/output/report/${file}`),
        );
      return { json: { ...input, ProcessingJobStatus: status === 0 ? 'Completed' : 'Failed', ExitMessage: message } };
    };
    const { lab, service } = await labOnAPort(async ({ operation, input, body }) => {
      const [method = '', path = ''] = operation.split(' ');
      const at = decodeURIComponent(path.split('?')[0] ?? '');
      if (method === 'PUT') {
        // The body travels in chunks with lengths and checksums; what the program reads is what lies between.
        objects.set(at, body.replace(/^[0-9a-f]+\r\n/, '').replace(/\r\n0\r\n[^]*$/, ''));
        return { empty: 200 };
      }
      if (method === 'GET') return { json: JSON.parse(objects.get(at) ?? '{}') as unknown };
      const name = String(input['ProcessingJobName']);
      if (operation === 'CreateProcessingJob') {
        jobs.set(name, await run(input));
        return { json: { ProcessingJobArn: name } };
      }
      if (operation === 'DescribeEndpoint')
        return {
          json: input['EndpointName'] === 'credit' ? { DataCaptureConfig: { DestinationS3Uri: 's3://credit-risk-model/captured' } } : {},
        };
      return jobs.get(name) ?? { error: 'ValidationException', message: 'not found' };
    });
    objects.set(
      '/credit-risk-model/captured/credit/AllTraffic/2026/01/01/00/a.jsonl',
      captures(customers(600, 11, { age: 9 }), () => 0.5),
    );
    return { lab, sent: service.sent, container };
  }

  it('measures a baseline, and the drift of what an endpoint captured', async () => {
    const { lab, sent } = await running();
    const baseline = await lab.monitor.baseline({
      data: {
        text: csv(
          customers(1_000, 12).map((row) => row.slice(1)),
          HEADER.slice(1),
        ),
      },
      target: 'label',
    });
    expect(baseline).toMatchObject({ rows: 1_000, columns: ['age', 'income', 'region', 'flag'], target: { name: 'label' } });
    expect(baseline.s3Uri).toMatch(/^s3:\/\/credit-risk-model\/processing-jobs\/baseline-.*\/report\/baseline\.json$/);
    const report = await lab.monitor.drift({ endpoint: 'credit', baseline });
    expect([report.drifted, report.features.filter((one) => one.drifted).map(({ name }) => name)]).toEqual([true, ['age']]);
    expect((await shown(report))?.['text/plain']).toMatch(/^✗ Drift in 600 rows\n.*\n✗ +age /);
    expect((await shown(baseline))?.['text/plain']).toMatch(/age +numeric/);
    // A threshold that nothing reaches, and the baseline by its place alone.
    const lenient = await lab.monitor.drift({ endpoint: 'credit', baseline: baseline.s3Uri, threshold: { psi: 50, ks: 2 } });
    expect(lenient.drifted).toBe(false);
    for (const { input } of sent('CreateProcessingJob')) {
      expect(misfits('CreateProcessingJob', input)).toEqual([]);
      expect(input).toMatchObject({ NetworkConfig: { EnableNetworkIsolation: true }, RoleArn: environment.roles.jobExecution });
    }
  });

  it('fails with the message of the program', async () => {
    const { lab } = await running();
    await expect(lab.monitor.baseline({ data: { text: 'a,b\n1,2\n' }, target: 'label' })).rejects.toMatchObject({
      code: 'JobNotCompleted',
      message: expect.stringContaining("the data has no column 'label'; it has a, b"),
    });
  });

  it('explains a training job’s model with its own code', async () => {
    const report = {
      version: 1,
      metric: 'roc_auc',
      score: 0.9,
      rows: 10,
      repeats: 2,
      features: [{ name: 'age', importance: 0.4, deviation: 0.01 }],
    };
    let created: Record<string, unknown> = {};
    const { lab } = await labOnAPort(({ operation, input }) => {
      if (operation.startsWith('PUT ')) return { empty: 200 };
      if (operation.startsWith('GET ')) return { json: report };
      if (operation === 'CreateProcessingJob') created = input;
      if (operation === 'DescribeTrainingJob')
        return {
          json: {
            TrainingJobStatus: 'Completed',
            ModelArtifacts: { S3ModelArtifacts: 's3://credit-risk-model/t/model.tar.gz' },
            HyperParameters: { sagemaker_program: '"train.py"' },
            InputDataConfig: [
              { ChannelName: 'code', DataSource: { S3DataSource: { S3Uri: 's3://credit-risk-artifacts/code/x/sourcedir.tar.gz' } } },
            ],
          },
        };
      return { json: { ...created, ProcessingJobStatus: 'Completed' } };
    });
    const importance = await lab.monitor.explain({
      model: { trainingJob: 't' },
      data: 's3://credit-risk-data/test.csv',
      target: 'label',
      repeats: 2,
    });
    const inputs = created['ProcessingInputs'] as { InputName: string; S3Input: { S3Uri: string } }[];
    expect(Object.fromEntries(inputs.map(({ InputName, S3Input }) => [InputName, S3Input.S3Uri]))).toMatchObject({
      model: 's3://credit-risk-model/t/model.tar.gz',
      source: 's3://credit-risk-artifacts/code/x/sourcedir.tar.gz',
      data: 's3://credit-risk-data/test.csv',
    });
    const { ContainerArguments } = created['AppSpecification'] as { ContainerArguments: [string] };
    expect(JSON.parse(ContainerArguments[0])).toEqual({ target: 'label', metric: 'auto', program: 'train.py', repeats: 2, rows: 2_000 });
    expect((await shown(importance))?.['text/plain']).toMatch(/roc_auc 0\.9 on 10 rows\n.*\nage +0\.4 +0\.01 +▮{20}/);
  });

  it('refuses what cannot be measured before anything runs', async () => {
    const { lab, sent } = await running();
    await expect(lab.monitor.drift({ endpoint: 'other', baseline: 's3://credit-risk-model/b.json' })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    for (const threshold of [-1, { psy: 1 }])
      await expect(
        lab.monitor.drift({ data: 's3://credit-risk-model/x', baseline: 's3://credit-risk-model/b.json', threshold: threshold as never }),
      ).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(sent('CreateProcessingJob')).toHaveLength(0);
  });
});
