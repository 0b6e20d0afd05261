import { DeleteModelPackageCommand, DescribeModelPackageCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import type { UpdateModelPackageInput } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { LabContext } from '../context.ts';
import { displayable, packageView } from '../notebook/display.ts';
import { controlStates, sealOf } from '../secure/index.ts';
import type { ApprovalStatus, ModelPackage } from './api.ts';
import { packageName } from './package-name.ts';

/** A version by `group/version` or ARN. */
export function modelPackage(context: LabContext, given: string): ModelPackage {
  const { clients, environment } = context;
  const { name, group, version } = packageName(given);
  const describe = () => clients.sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName: given }));
  const update = async (change: Omit<UpdateModelPackageInput, 'ModelPackageArn'>) => {
    // SageMaker changes packages by ARN alone.
    const { ModelPackageArn } = await describe();
    await clients.sageMaker.send(new UpdateModelPackageCommand({ ModelPackageArn, ...change }));
  };
  const decide = (ModelApprovalStatus: ApprovalStatus, comment: string | undefined) =>
    update({ ModelApprovalStatus, ...(comment === undefined ? {} : { ApprovalDescription: comment }) });
  const self: ModelPackage = {
    kind: 'model-packages',
    name,
    group,
    version,
    describe,
    metrics: async () => {
      const uri = (await describe()).ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
      if (uri === undefined) return {};
      const [{ objectAt }, { metricsIn }] = await Promise.all([import('../hosting/model-archive.ts'), import('./metrics.ts')]);
      const { Body } = await clients.s3.send(new GetObjectCommand(objectAt(uri)));
      return metricsIn(JSON.parse((await Body?.transformToString()) ?? '{}'));
    },
    approve: (comment) => decide('Approved', comment),
    reject: (comment) => decide('Rejected', comment),
    stage: (Stage, StageStatus, StageDescription) =>
      update({ ModelLifeCycle: { Stage, StageStatus, ...(StageDescription === undefined ? {} : { StageDescription }) } }),
    delete: async () => {
      await clients.sageMaker.send(new DeleteModelPackageCommand({ ModelPackageName: given }));
    },
    seal: async () => sealOf(name, controlStates('CreateModelPackage', await describe(), environment)),
  };
  return displayable(self, () => packageView(self));
}
