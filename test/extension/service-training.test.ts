import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SealabError, type ErrorBody } from '@sealab/sdk';
import { appWith, eventsOf, jobWith, line, newFolder, type TrainOptions } from './service-lab.ts';

const form = { script: 'train.py', data: 'data.csv', instanceType: 'ml.m5.large', hyperparameters: { 'max-iter': '200' } };

function training() {
  const submitted: TrainOptions[] = [];
  const service = appWith({
    train: (options: TrainOptions) => {
      submitted.push(options);
      options.onProgress?.({ step: 'packing' });
      options.onProgress?.({ step: 'submitting', name: 'a-job' });
      return Promise.resolve({ name: 'a-job' });
    },
  });
  return { ...service, submitted };
}

describe('launching', () => {
  it('tells its steps, then the name', async () => {
    const { post, submitted, notebookFolder } = training();
    const events = await eventsOf(await post('/training-jobs', form));
    expect(events.map(({ type }) => type)).toEqual(['progress', 'progress', 'launched']);
    expect(events.at(-1)).toEqual({ type: 'launched', name: 'a-job' });
    expect(submitted[0]).toMatchObject({
      script: join(notebookFolder, 'train.py'),
      data: join(notebookFolder, 'data.csv'),
      network: 'isolated',
      maxRuntime: 3600,
      environment: { SEALAB_SCRIPT: 'train.py', SEALAB_DATA: 'data.csv' },
    });
  });

  it('ends with the error when the submission is refused', async () => {
    const { post } = appWith({ train: () => Promise.reject(new SealabError('AccessDenied', 'IAM refused.', { remedy: 'Ask.' })) });
    const response = await post('/training-jobs', form);
    expect(response.status).toBe(200);
    expect(await eventsOf(response)).toEqual([
      { type: 'failed', error: { code: 'AccessDenied', message: 'IAM refused.', remedy: 'Ask.' } },
    ]);
  });

  it('takes an S3 URI as it is', async () => {
    const { post, submitted } = training();
    await (await post('/training-jobs', { ...form, data: 's3://bucket/prefix' })).text();
    expect(submitted[0]?.data).toBe('s3://bucket/prefix');
  });

  it.each([
    ['../../etc/passwd.py', 404],
    ['/etc/passwd.py', 404],
    ['missing.py', 404],
    ['train.sh', 400],
  ])('does not send %s', async (script, status) => {
    const { post, submitted } = training();
    const response = await post('/training-jobs', { ...form, script });
    expect(response.status).toBe(status);
    expect(submitted).toHaveLength(0);
  });

  it('does not follow a link out of the notebook folder', async () => {
    const { post, submitted, notebookFolder } = training();
    const elsewhere = join(newFolder(), 'secret.csv');
    writeFileSync(elsewhere, 'secret\n');
    symlinkSync(elsewhere, join(notebookFolder, 'link.csv'));
    const response = await post('/training-jobs', { ...form, data: 'link.csv' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorBody).message).toContain('outside');
    expect(submitted).toHaveLength(0);
  });
});

describe('live events', () => {
  it('go on behind the cursor that the panel has', async () => {
    let after: string | undefined;
    const { ask } = appWith({
      attach: () =>
        jobWith({
          // eslint-disable-next-line @typescript-eslint/require-await
          async *logs(options: { after?: string }) {
            after = options.after;
            yield line('second', '2');
            yield line('third', '3');
          },
        }),
    });
    const events = await eventsOf(await ask('/training-jobs/a-job/events?after=1'));
    expect(after).toBe('1');
    expect(
      events.filter(({ type }) => type === 'log').flatMap(({ lines }) => (lines as { cursor: string }[]).map(({ cursor }) => cursor)),
    ).toEqual(['2', '3']);
  });

  it('end with the error of AWS when the job is gone', async () => {
    const gone = Object.assign(new Error('Requested resource not found.'), {
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    const { ask } = appWith({ attach: () => jobWith({ describe: () => Promise.reject(gone) }) });
    const events = await eventsOf(await ask('/training-jobs/a-job/events'));
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'ValidationException' } });
  });
});

describe('the same job as code', () => {
  it('writes what differs from the defaults, with quotes that hold', async () => {
    const { post, notebookFolder } = appWith({});
    const response = await post('/training-jobs/typescript', {
      ...form,
      hyperparameters: { 'max-iter': '200', note: "it's", rate: '0.060' },
    });
    const { code } = (await response.json()) as { code: string };
    expect(code).toContain(`script: '${join(notebookFolder, 'train.py')}'`);
    expect(code).toContain("hyperparameters: { 'max-iter': 200, note: 'it\\'s', rate: '0.060' }");
    expect(code).not.toContain('maxRuntime');
    expect(code).not.toContain('network');
  });

  it('clones a job from what SageMaker describes', async () => {
    const { ask } = appWith({
      environment: { images: { 'scikit-learn': 'image:1' } },
      attach: () =>
        jobWith({
          describe: () =>
            Promise.resolve({
              TrainingJobStatus: 'Completed',
              AlgorithmSpecification: { TrainingImage: 'image:1', MetricDefinitions: [{ Name: 'auc', Regex: 'auc=(.*)' }] },
              HyperParameters: { sagemaker_program: '"train.py"', depth: '4', kind: '"deep"' },
              Environment: { SEALAB_SCRIPT: 'work/train.py' },
              InputDataConfig: [{ ChannelName: 'training', DataSource: { S3DataSource: { S3Uri: 's3://b/k' } } }],
              ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
              StoppingCondition: { MaxRuntimeInSeconds: 600 },
              EnableNetworkIsolation: true,
            }),
        }),
    });
    expect(await (await ask('/training-jobs/a-job/form')).json()).toEqual({
      script: 'work/train.py',
      data: 's3://b/k',
      framework: 'scikit-learn',
      instanceType: 'ml.m5.large',
      instanceCount: 1,
      volumeSize: 30,
      hyperparameters: { depth: '4', kind: 'deep' },
      metrics: { auc: 'auc=(.*)' },
      network: 'isolated',
      maxRuntime: 600,
    });
  });
});

describe('files and templates', () => {
  const template = {
    title: 'Example',
    description: 'Ready to go.',
    prepare: 'Make the data first.',
    form: { script: 'train.py', data: 'made.csv' },
  };
  const templatesOf = async (change: (folder: string) => void) => {
    const { ask, notebookFolder } = appWith({});
    mkdirSync(join(notebookFolder, 'example'));
    writeFileSync(join(notebookFolder, 'example/template.json'), JSON.stringify(template));
    change(notebookFolder);
    const { templates } = (await (await ask('/forms/templates')).json()) as {
      templates: { description: string; form: Record<string, unknown> }[];
    };
    return templates;
  };

  it('lists programs and tables of the notebook folder', async () => {
    const { ask } = appWith({});
    const scripts = (await (await ask('/forms/files?kind=script')).json()) as { files: { path: string }[] };
    expect(scripts.files.map(({ path }) => path)).toEqual(['train.py']);
  });

  it('offers a template with the paths of its folder', async () => {
    const templates = await templatesOf((folder) => writeFileSync(join(folder, 'example/made.csv'), '1\n'));
    expect(templates).toMatchObject([
      { id: 'example', description: 'Ready to go.', form: { script: 'example/train.py', data: 'example/made.csv' } },
    ]);
  });

  it('says how to make data that is not there, and does not fill it in', async () => {
    const [found] = await templatesOf(() => undefined);
    expect(found?.description).toBe('Ready to go. Make the data first.');
    expect(found?.form).not.toHaveProperty('data');
  });

  it('leaves out a file of that name that is something else', async () => {
    expect(await templatesOf((folder) => writeFileSync(join(folder, 'example/template.json'), '{"kind":"mine"}'))).toEqual([]);
  });

  it('takes the template that Sealab ships', async () => {
    const shipped = readFileSync(resolve(import.meta.dirname, '../../notebooks/data-scientist/credit-default/template.json'), 'utf8');
    expect(await templatesOf((folder) => writeFileSync(join(folder, 'example/template.json'), shipped))).toHaveLength(1);
  });
});
