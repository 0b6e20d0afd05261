import { describe, expect, it } from '@jest/globals';
import type { AutoMLOptions } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { faults, keeping, labOnAPort } from './lab-on-a-port.ts';

const KIND = { subject: 'AutoMLJob', name: 'AutoMLJobName', suffix: 'V2' };
const base = { data: 's3://credit-risk-data/credit.csv', target: 'default' } satisfies AutoMLOptions;

describe('an AutoML job', () => {
  it('is sent as the service model has it, with every secure field', async () => {
    const { lab, service } = await labOnAPort(keeping([KIND]).answer);
    const job = await lab.autoML({
      ...base,
      validation: 's3://credit-risk-data/later.csv',
      problem: 'BinaryClassification',
      metric: 'AUC',
      mode: 'ENSEMBLING',
      sampleWeights: 'weight',
      maxCandidates: 12,
      maxRuntime: 3_600,
      maxRuntimePerCandidate: 600,
      tags: { team: 'risk' },
    });
    const input = service.sent('CreateAutoMLJobV2')[0]?.input ?? {};
    expect(faults('CreateAutoMLJobV2', input)).toEqual([]);
    expect(input).toMatchObject({
      AutoMLJobName: job.name,
      AutoMLJobInputDataConfig: [
        {
          ChannelType: 'training',
          ContentType: 'text/csv;header=present',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://credit-risk-data/credit.csv' } },
        },
        { ChannelType: 'validation', DataSource: { S3DataSource: { S3Uri: 's3://credit-risk-data/later.csv' } } },
      ],
      OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/automl-jobs', KmsKeyId: environment.keys.storage },
      AutoMLProblemTypeConfig: {
        TabularJobConfig: {
          TargetAttributeName: 'default',
          ProblemType: 'BinaryClassification',
          Mode: 'ENSEMBLING',
          SampleWeightAttributeName: 'weight',
          CompletionCriteria: { MaxCandidates: 12, MaxAutoMLJobRuntimeInSeconds: 3_600, MaxRuntimePerTrainingJobInSeconds: 600 },
        },
      },
      AutoMLJobObjective: { MetricName: 'AUC' },
      RoleArn: environment.roles.jobExecution,
      SecurityConfig: {
        VolumeKmsKeyId: environment.keys.volume,
        EnableInterContainerTrafficEncryption: true,
        VpcConfig: { Subnets: ['subnet-0aaa1111', 'subnet-0bbb2222'], SecurityGroupIds: ['sg-0ccc3333'] },
      },
    });
    expect(job.name.length).toBeLessThanOrEqual(32);
  });

  it.each<[object, RegExp]>([
    [{ ...base, problem: 'Regression' }, /metric: SageMaker takes problem and metric together/],
    [{ ...base, metric: 'AUC' }, /problem: SageMaker takes problem and metric together/],
    [{ ...base, problem: 'Regression', metric: 'AUC' }, /metric of Regression: "AUC" is not one of MAE, MSE, R2, RMSE/],
    [{ ...base, problem: 'Clustering', metric: 'AUC' }, /problem: "Clustering"/],
    [{ ...base, target: '' }, /target: it is missing/],
    [{ ...base, data: { s3Uri: 's3://credit-risk-data/a', contentType: 'text/csv' } }, /data\.contentType: it has no effect here/],
    [{ ...base, maxCandidates: 751 }, /maxCandidates: 751/],
    [{ ...base, sampleWeights: 'w' }, /only ensembling/],
    [{ ...base, validationFraction: 1 }, /validationFraction: 1 is not between/],
    [{ ...base, validationFraction: 0.2, validation: 's3://credit-risk-data/b' }, /there is validation data/],
    [{ ...base, contentType: 'text/csv' }, /contentType: "text\/csv" is not one of/],
    [{ ...base, max_candidates: 3 }, /"max_candidates" is not an option/],
    [{ ...base, name: 'a'.repeat(33) }, /not a name/],
  ])('%j is refused before anything is sent', async (options, message) => {
    const { lab, service } = await labOnAPort(keeping([KIND]).answer);
    const refused = { code: 'InvalidInput', message: expect.stringMatching(message), remedy: expect.any(String) };
    await expect(lab.autoML(options as AutoMLOptions)).rejects.toMatchObject(refused);
    await expect(lab.plan({ kind: 'autoML', ...(options as AutoMLOptions) })).rejects.toMatchObject(refused);
    expect(service.requests).toEqual([]);
  });

  it('is there once although the connection broke after it was taken', async () => {
    const { kept, answer } = keeping([KIND], true);
    const { lab, service } = await labOnAPort(answer);
    expect((await lab.autoML({ ...base, name: 'once' })).name).toBe('once');
    expect([...kept.keys()]).toEqual(['AutoMLJob/once']);
    expect(service.sent('CreateAutoMLJobV2').length).toBeGreaterThan(1);
  });

  it('is refused in so many words where the environment does not run it', async () => {
    const message = 'SageMaker CreateAutoMLJobV2 is not emulated by the local environment.';
    const { lab } = await labOnAPort(() => ({ error: 'OperationNotEmulated', message }));
    await expect(lab.autoML(base)).rejects.toMatchObject({ code: 'OperationNotEmulated', message });
  });

  it('has its candidates best first, and the best', async () => {
    const candidate = (CandidateName: string, Value?: number, Type = 'Minimize') => ({
      CandidateName,
      CandidateStatus: 'Completed',
      ...(Value === undefined ? {} : { FinalAutoMLJobObjectiveMetric: { Type, MetricName: 'MSE', Value } }),
      InferenceContainers: [{ Image: 'image', ModelDataUrl: 's3://credit-risk-model/m.tar.gz', Environment: { A: '1' } }],
    });
    let looks = 0;
    const { lab } = await labOnAPort(({ operation, input }) => {
      if (operation === 'ListCandidatesForAutoMLJob')
        return input['NextToken'] === undefined
          ? { json: { Candidates: [candidate('c', 0.3), candidate('d')], NextToken: 'more' } }
          : { json: { Candidates: [candidate('a', 0.1), candidate('b', 0.2)] } };
      if (operation === 'DescribeAutoMLJobV2')
        return {
          json: {
            AutoMLJobName: 'x',
            AutoMLJobStatus: looks > 0 ? 'Completed' : 'InProgress',
            AutoMLJobSecondaryStatus: 'TrainingModels',
            ...(looks++ > 0 ? { BestCandidate: candidate('a', 0.1) } : {}),
          },
        };
      return { json: {} };
    });
    const job = lab.attach('x', 'automl-jobs');
    expect((await job.candidates()).map(({ name, value }) => [name, value])).toEqual([
      ['a', 0.1],
      ['b', 0.2],
      ['c', 0.3],
      ['d', undefined],
    ]);
    await expect(job.best()).rejects.toMatchObject({ code: 'JobNotCompleted' });
    await job.wait();
    expect(await job.best()).toMatchObject({
      name: 'a',
      metric: 'MSE',
      value: 0.1,
      containers: [{ image: 'image', artifacts: 's3://credit-risk-model/m.tar.gz', environment: { A: '1' } }],
    });
    await job.stop();
  });
});
