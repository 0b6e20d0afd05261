import { describe, expect, it } from '@jest/globals';
import type { DeployOptions } from '@sealab/sdk';
import { candidateContainers } from '../../sdk/src/hosting/candidate.ts';
import { environment } from './environment-fixture.ts';
import { hostingService, trained } from './hosting-service.ts';
import { faults } from './lab-on-a-port.ts';
import { failure } from './refusals.ts';

const APPROVED = `${environment.imageRegistries[0] ?? ''}/sagemaker-sklearn-automl`;
const FOREIGN = '763104351884.dkr.ecr.eu-west-1.amazonaws.com/autogluon-inference:0.4-cpu-py38';
const container = (what: string, image = `${APPROVED}:1.4-2-cpu-py3`) => ({
  Image: image,
  ModelDataUrl: `s3://${environment.buckets.model}/automl-jobs/${what}/model.tar.gz`,
  Environment: { STEP: what },
});
const candidate = (CandidateName: string, more: object) => ({
  CandidateName,
  CandidateStatus: 'Completed',
  FinalAutoMLJobObjectiveMetric: { Type: 'Maximize', MetricName: 'AUC', Value: 0.8 },
  ...more,
});
/** As `HYPERPARAMETER_TUNING` leaves it: columns, model, labels. */
const THREE = candidate('pipeline', { InferenceContainers: ['columns', 'model', 'labels'].map((what) => container(what)) });
const SINGLE = candidate('ensemble', { InferenceContainerDefinitions: { CPU: [container('cpu')], GPU: [container('gpu')] } });

/** A job that has ended with these candidates, the best one first. */
async function jobWith(...candidates: readonly object[]) {
  const world = await hostingService({
    instead: ({ operation, input }) =>
      operation === 'DescribeAutoMLJobV2'
        ? { json: { AutoMLJobName: input['AutoMLJobName'], AutoMLJobStatus: 'Completed', BestCandidate: candidates[0] } }
        : operation === 'ListCandidatesForAutoMLJob'
          ? { json: { Candidates: candidates } }
          : undefined,
  });
  return { ...world, job: world.lab.attach('churn-240506-070809-a1b2', 'automl-jobs') };
}

describe('a model that AutoML has found', () => {
  it('is hosted as a pipeline of its containers, with every secure field', async () => {
    const { lab, job, service, left } = await jobWith(THREE);
    const endpoint = await lab.deploy(job, { instanceType: 'ml.m5.large', environment: { WORKERS: '1' } });
    expect(endpoint.name).toMatch(/^churn-\d{6}-\d{6}-[0-9a-f]{4}$/);
    const input = service.sent('CreateModel')[0]?.input ?? {};
    expect(faults('CreateModel', input)).toEqual([]);
    expect(input).toMatchObject({
      ModelName: endpoint.name,
      ExecutionRoleArn: environment.roles.endpointHosting,
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: ['subnet-0aaa1111', 'subnet-0bbb2222'], SecurityGroupIds: ['sg-0ccc3333'] },
      Containers: ['columns', 'model', 'labels'].map((what) => ({
        ...container(what),
        Environment: { STEP: what, WORKERS: '1' },
      })),
      InferenceExecutionConfig: { Mode: 'Serial' },
    });
    expect(input).not.toHaveProperty('PrimaryContainer');
    const configuration = service.sent('CreateEndpointConfig')[0]?.input ?? {};
    expect(faults('CreateEndpointConfig', configuration)).toEqual([]);
    expect(configuration).toMatchObject({ ProductionVariants: [{ ModelName: endpoint.name, InstanceType: 'ml.m5.large' }] });
    await endpoint.delete();
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it('is hosted by candidate, planned as it is hosted, and takes the place of another', async () => {
    const { lab, job, service } = await jobWith(THREE, SINGLE);
    const [, single] = await job.candidates();
    if (single === undefined) throw new Error('There is one candidate.');
    expect(single).toMatchObject({ kind: 'automl-candidates', name: 'ensemble', job: job.name });
    const plan = await lab.plan({ kind: 'deploy', model: single, name: 'churn' });
    expect(service.sent('CreateModel')).toEqual([]);
    const endpoint = await lab.deploy(single, { name: 'churn' });
    const sent = () => service.sent('CreateModel').map(({ input }) => input);
    expect(sent()[0]).toEqual(plan.calls[0]?.input);
    expect(sent()[0]).toMatchObject({ PrimaryContainer: container('cpu') });
    await endpoint.update(job);
    expect(sent()[1]?.['Containers']).toHaveLength(3);
  });

  it.each<[string, object, string]>([
    ['ml.m5.large', SINGLE, 'cpu'],
    ['ml.g5.xlarge', SINGLE, 'gpu'],
    ['ml.g5.xlarge', candidate('a', { InferenceContainerDefinitions: { CPU: [container('cpu')] } }), 'cpu'],
    ['ml.g5.xlarge', candidate('a', { InferenceContainers: [container('first')] }), 'first'],
  ])('on %s has the containers for it (%j)', async (instanceType, found, step) => {
    const { job } = await jobWith(found);
    // Beside the lab, because the project of these tests allows no GPU.
    const { definitions } = await candidateContainers(await job.best(), {}, instanceType, environment);
    expect(definitions).toEqual([container(step)]);
  });

  it('with an image of no approved registry is refused, naming what the administrator has to add', async () => {
    const { lab, job, left } = await jobWith(candidate('ensemble', { InferenceContainers: [container('a', FOREIGN)] }));
    expect(await failure(lab.deploy(job))).toMatchObject({
      code: 'SecureFieldConflict',
      message: expect.stringContaining(FOREIGN),
      remedy: expect.stringMatching(
        /approve 763104351884\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/autogluon-inference \(images of sealab\.yaml.*copy/,
      ),
      details: {
        missing: '763104351884.dkr.ecr.eu-west-1.amazonaws.com/autogluon-inference',
        given: FOREIGN,
        required: environment.imageRegistries,
        control: 'CreateModel.ContainerImages',
      },
    });
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
    const copy = `${APPROVED}:copied`;
    await lab.deploy(job, { name: 'churn', image: copy, wait: false });
    expect(left().models).toEqual(['churn']);
  });

  it.each<[DeployOptions, object, RegExp]>([
    [{ source: trained.source }, SINGLE, /source: a candidate of AutoML brings its own/],
    [{ framework: 'scikit-learn' }, SINGLE, /framework: a candidate/],
    [{ image: `${APPROVED}:1` }, THREE, /image: the candidate has 3 containers/],
    [{ multiModel: true }, SINGLE, /multiModel and containers/],
    [{ shadow: { model: trained } }, SINGLE, /shadow and containers/],
    [{}, candidate('a', { InferenceContainerDefinitions: { GPU: [container('gpu')] } }), /served on a GPU alone/],
  ])('with %j is refused before anything is made', async (options, found, message) => {
    const { lab, job, left } = await jobWith(found);
    expect(await failure(lab.deploy(job, options))).toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
    expect(left()).toEqual({ models: [], configs: [], endpoints: [] });
  });

  it.each<[string, readonly object[], object]>([
    ['is not there yet', [], {}],
    ['has failed', [candidate('a', { CandidateStatus: 'Failed' })], { status: 'Failed' }],
  ])('that %s is refused', async (_, candidates, details) => {
    const { lab, job } = await jobWith(...candidates);
    expect(await failure(lab.deploy(job))).toMatchObject({ code: 'JobNotCompleted', details });
  });

  it('is registered with its containers', async () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/1';
    const world = await hostingService({
      instead: ({ operation }) =>
        operation === 'DescribeAutoMLJobV2'
          ? { json: { AutoMLJobStatus: 'Completed', BestCandidate: THREE } }
          : operation === 'CreateModelPackage'
            ? { json: { ModelPackageArn: arn } }
            : undefined,
    });
    const version = await world.lab.registry.register(world.lab.attach('churn', 'automl-jobs'), { group: 'churn' });
    expect(version.name).toBe('churn/1');
    const input = world.service.sent('CreateModelPackage')[0]?.input ?? {};
    expect(faults('CreateModelPackage', input)).toEqual([]);
    expect(input).toMatchObject({ InferenceSpecification: { Containers: ['columns', 'model', 'labels'].map((what) => container(what)) } });
  });
});
