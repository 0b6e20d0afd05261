import { describe, expect, it } from '@jest/globals';
import { environment } from './environment-fixture.ts';
import { hostingService, trained } from './hosting-service.ts';
import type { Course } from './hosting-service.ts';
import { failure } from './refusals.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

type Json = Record<string, unknown>;
const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333:model-package';

/** Groups and versions as SageMaker keeps them; a token that was seen brings back the version that it made. */
async function registryService(course: Course = {}) {
  const groups = new Set<string>();
  const versions: Json[] = [];
  const find = (input: Json) =>
    versions.find(
      ({ ModelPackageArn, ModelPackageGroupName, ModelPackageVersion }) =>
        [ModelPackageArn, `${String(ModelPackageGroupName)}/${String(ModelPackageVersion)}`].includes(input['ModelPackageName']) ||
        ModelPackageArn === input['ModelPackageArn'],
    );
  const answer = ({ operation, input }: Received): Outcome | undefined => {
    const group = String(input['ModelPackageGroupName']);
    switch (operation) {
      case 'CreateModelPackageGroup':
        if (groups.has(group))
          return { error: 'ValidationException', message: `Model Package Group already exists: ${ARN}-group/${group}` };
        groups.add(group);
        return { json: { ModelPackageGroupArn: `${ARN}-group/${group}` } };
      case 'DescribeModelPackageGroup':
        return groups.has(group) ? { json: { ModelPackageGroupName: group } } : { error: 'ValidationException', message: 'does not exist' };
      case 'ListModelPackageGroups':
        return {
          json: { ModelPackageGroupSummaryList: [...groups].map((name) => ({ ModelPackageGroupName: name, CreationTime: 1_700_000_000 })) },
        };
      case 'CreateModelPackage': {
        if (!groups.has(group)) return { error: 'ValidationException', message: `Model Package Group ${group} does not exist.` };
        const known = versions.find(({ ClientToken }) => ClientToken === input['ClientToken']);
        const ModelPackageVersion = versions.length + 1;
        if (known === undefined)
          versions.unshift({
            ...input,
            ModelPackageVersion,
            ModelPackageArn: `${ARN}/${group}/${ModelPackageVersion}`,
            CreationTime: 1_700_000_000,
          });
        return { json: { ModelPackageArn: (known ?? versions[0])?.['ModelPackageArn'] } };
      }
      case 'ListModelPackages': {
        const status = input['ModelApprovalStatus'];
        const found = versions.filter(
          (one) => one['ModelPackageGroupName'] === group && (status ?? one['ModelApprovalStatus']) === one['ModelApprovalStatus'],
        );
        return { json: { ModelPackageSummaryList: found } };
      }
      case 'DescribeModelPackage':
        return { json: find(input) };
      case 'UpdateModelPackage':
        Object.assign(find(input) ?? {}, input);
        return { json: { ModelPackageArn: input['ModelPackageArn'] } };
      case 'DeleteModelPackage':
        versions.splice(versions.indexOf(find(input) ?? {}), 1);
        return { json: {} };
      default:
        return course.instead?.({ operation, input } as Received);
    }
  };
  const world = await hostingService({ ...course, instead: answer });
  return { ...world, versions, registry: world.lab.registry };
}

describe('registering', () => {
  it('packs the model, and writes metrics with the storage key', async () => {
    const { registry, versions, objects, service } = await registryService();
    await registry.create('credit', { description: 'who pays back' });
    expect(service.sent('CreateModelPackageGroup')[0]?.input['Tags']).toEqual([
      { Key: 'cost-centre', Value: '4711' },
      { Key: 'sealab:project', Value: 'credit-risk' },
    ]);
    const version = await registry.register(trained, {
      group: 'credit',
      metrics: { auc: 0.81, loss: 0.4 },
      metadata: { commit: 'abc' },
      description: 'first',
    });
    expect([version.name, version.group, version.version]).toEqual(['credit/1', 'credit', 1]);
    const sent = versions[0] ?? {};
    expect(sent).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            Image: environment.images['scikit-learn'],
            ModelDataUrl: expect.stringMatching(/^s3:\/\/credit-risk-model\/hosted\//),
            Environment: { SAGEMAKER_PROGRAM: 'serve.py' },
          },
        ],
        SupportedRealtimeInferenceInstanceTypes: environment.instanceTypes.hosting,
      },
      SecurityConfig: { KmsKeyId: environment.keys.storage },
      CustomerMetadataProperties: { commit: 'abc' },
    });
    // Versions in a group have the group's tags, and SageMaker refuses others.
    expect(sent).not.toHaveProperty('Tags');
    const written = [...objects].find(([place]) => place.startsWith(`${environment.buckets.model}/model-metrics/credit/`))?.[1];
    expect(JSON.parse(String(written?.content))).toEqual({ auc: 0.81, loss: 0.4 });
    expect(written?.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(environment.keys.storage);
    expect(await version.metrics()).toEqual({ auc: 0.81, loss: 0.4 });
    expect((await version.seal()).controls.find(({ control }) => control === 'CreateModelPackage.Key')?.status).toBe('sealed');
  });

  it('makes one version when the answer is lost', async () => {
    const { registry, versions, service } = await registryService({
      breaks: ({ operation }, attempt) => (operation === 'CreateModelPackage' && attempt === 1 ? 'after' : undefined),
    });
    await registry.create('credit');
    expect((await registry.register(trained, { group: 'credit' })).name).toBe('credit/1');
    expect([versions.length, service.sent('CreateModelPackage').length]).toEqual([1, 2]);
    expect(await registry.register(trained, { group: 'credit', token: 'mine' })).toMatchObject({ name: 'credit/2' });
    expect(await registry.register(trained, { group: 'credit', token: 'mine' })).toMatchObject({ name: 'credit/2' });
  });

  it('takes the containers of a SageMaker model', async () => {
    const { registry, versions, models } = await registryService();
    await registry.create('credit');
    const image = environment.images['scikit-learn'] ?? '';
    const container = {
      Image: image,
      ModelDataUrl: `s3://${environment.buckets.model}/a.tar.gz`,
      Mode: 'SingleModel',
      Environment: { A: '1' },
    };
    models.set('hosted', { input: { ModelName: 'hosted', PrimaryContainer: container }, createdAt: 0 });
    await registry.register({ model: 'hosted' }, { group: 'credit' });
    expect(versions[0]?.['InferenceSpecification']).toMatchObject({
      Containers: [{ Image: image, ModelDataUrl: container.ModelDataUrl, Environment: { A: '1' } }],
    });
  });

  it('says how to make a group that is missing', async () => {
    const { registry } = await registryService();
    expect(await failure(registry.register(trained, { group: 'credit' }))).toMatchObject({
      code: 'InputNotFound',
      remedy: expect.stringContaining("lab.registry.create('credit')"),
    });
  });

  it.each<[string, object, string]>([
    ['an unknown option', { gruop: 'x' }, 'InvalidInput'],
    ['a metric that is no number', { metrics: { auc: Number.NaN } }, 'InvalidInput'],
    ['a group that is no name', { group: 'a b' }, 'InvalidInput'],
    ['a token that is none', { token: 'a b' }, 'InvalidInput'],
    ['an image from elsewhere', { image: 'docker.io/library/python:3' }, 'SecureFieldConflict'],
  ])('refuses %s before anything is written', async (_, options, code) => {
    const { registry, service } = await registryService();
    expect(await failure(registry.register(trained, { group: 'credit', ...options }))).toMatchObject({ code });
    expect(service.requests.filter(({ operation }) => !/^(HEAD|GET) /.test(operation))).toEqual([]);
  });
});

describe('versions', () => {
  async function three() {
    const world = await registryService();
    await world.registry.create('credit');
    for (const auc of [0.7, 0.8, 0.9]) await world.registry.register(trained, { group: 'credit', metrics: { auc } });
    return world;
  }

  it('are approved, rejected and staged by ARN, with the comment', async () => {
    const { registry, service } = await three();
    expect(await failure(registry.latest('credit', { status: 'Approved' }))).toMatchObject({ code: 'InputNotFound' });
    await registry.package('credit/2').approve('better on every segment');
    await registry.package(`${ARN}/credit/3`).reject();
    await registry.package('credit/2').stage('Production', 'Active');
    expect(service.sent('UpdateModelPackage').map(({ input }) => input)).toEqual([
      { ModelPackageArn: `${ARN}/credit/2`, ModelApprovalStatus: 'Approved', ApprovalDescription: 'better on every segment' },
      { ModelPackageArn: `${ARN}/credit/3`, ModelApprovalStatus: 'Rejected' },
      { ModelPackageArn: `${ARN}/credit/2`, ModelLifeCycle: { Stage: 'Production', StageStatus: 'Active' } },
    ]);
    expect((await registry.latest('credit', { status: 'Approved' })).name).toBe('credit/2');
    expect((await registry.latest('credit')).name).toBe('credit/3');
    expect((await registry.versions('credit')).map(({ name, status }) => [name, status])).toEqual([
      ['credit/3', 'Rejected'],
      ['credit/2', 'Approved'],
      ['credit/1', 'PendingManualApproval'],
    ]);
    await registry.package('credit/1').delete();
    expect(await registry.versions('credit')).toHaveLength(2);
    expect((await registry.groups().all()).map(({ kind, name }) => [kind, name])).toEqual([['model-package-groups', 'credit']]);
  });

  it('are compared side by side, as a table in the notebook', async () => {
    const { registry } = await three();
    const compared = await registry.compare('credit', { limit: 2 });
    expect(compared.map(({ version, metrics }) => [version, metrics])).toEqual([
      [3, { auc: 0.9 }],
      [2, { auc: 0.8 }],
    ]);
    const show = (compared as unknown as Record<symbol, () => Promise<Record<string, string>>>)[Symbol.for('Jupyter.display')];
    const shown = await show?.();
    expect(shown?.['text/plain']).toMatch(/version +approval +created +auc\n3 +PendingManualApproval .* 0\.9\n2 /);
  });

  it('are listed with all that is in the registry, and taken up by name', async () => {
    const { lab, service } = await three();
    await lab.list('model-packages', { status: 'Approved' }).all();
    expect(service.sent('ListModelPackages')[0]?.input).toEqual({
      ModelPackageType: 'Both',
      ModelApprovalStatus: 'Approved',
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      MaxResults: 100,
    });
    expect(await failure(lab.list('model-package-groups', { status: 'Approved' }).all())).toMatchObject({ code: 'InvalidInput' });
    expect((await lab.attach('credit/2', 'model-packages').describe()).ModelPackageArn).toBe(`${ARN}/credit/2`);
    const seal = await lab.seal('model-package-groups', 'credit');
    expect(seal.controls.filter(({ control }) => control === 'CreateModelPackage.Key')).toHaveLength(3);
    expect(seal.broken).toBe(0);
  });

  it.each(['credit', 'credit/x', 'arn:aws:sagemaker:eu-west-1:111122223333:model/credit'])('are not named by %s', async (name) => {
    const { registry } = await registryService();
    expect(() => registry.package(name)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });
});
