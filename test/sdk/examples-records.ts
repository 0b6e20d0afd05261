import { environment } from './environment-fixture.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

/** Part of a service: `undefined` leaves a request to the others. */
export type Answer = (request: Received) => Outcome | undefined;

type Json = Record<string, unknown>;

const { model: BUCKET } = environment.buckets;
export const ARN = 'arn:aws:sagemaker:eu-west-1:111122223333';

/** Model packages by version, with their approval. */
export function registry(): Answer {
  const versions: Json[] = [];
  const find = ({ ModelPackageName, ModelPackageArn }: Json) =>
    versions.find((one) => [ModelPackageName, ModelPackageArn].some((given) => String(one['ModelPackageArn']).endsWith(String(given))));
  return ({ operation, input }) => {
    const group = String(input['ModelPackageGroupName']);
    switch (operation) {
      case 'CreateModelPackageGroup':
        return { json: { ModelPackageGroupArn: `${ARN}:model-package-group/${group}` } };
      case 'CreateModelPackage': {
        const ModelPackageVersion = versions.length + 1;
        const ModelPackageArn = `${ARN}:model-package/${group}/${ModelPackageVersion}`;
        versions.unshift({ ...input, ModelPackageVersion, ModelPackageArn, CreationTime: 1_700_000_000 });
        return { json: { ModelPackageArn } };
      }
      case 'UpdateModelPackage':
        Object.assign(find(input) ?? {}, input);
        return { json: { ModelPackageArn: input['ModelPackageArn'] } };
      case 'DescribeModelPackage':
        return { json: find(input) };
      case 'ListModelPackages': {
        const status = input['ModelApprovalStatus'];
        return {
          json: {
            ModelPackageSummaryList: versions.filter((one) => (status ?? one['ModelApprovalStatus']) === one['ModelApprovalStatus']),
          },
        };
      }
      default:
        return undefined;
    }
  };
}

/** One feature group and its records. */
export function features(): Answer {
  let group: Json = {};
  const records: { FeatureName: string; ValueAsString: string }[][] = [];
  return ({ operation, input }) => {
    if (operation === 'CreateFeatureGroup') {
      group = input;
      return { json: { FeatureGroupArn: 'arn' } };
    }
    if (operation === 'DescribeFeatureGroup') {
      const store = group['OfflineStoreConfig'] as { S3StorageConfig: Json } | undefined;
      const resolved = { ...store?.S3StorageConfig, ResolvedOutputS3Uri: `s3://${BUCKET}/features/customers/data` };
      return { json: { ...group, FeatureGroupStatus: 'Created', OfflineStoreConfig: { ...store, S3StorageConfig: resolved } } };
    }
    if (operation.startsWith('PUT /FeatureGroup/')) {
      records.push(input['Record'] as (typeof records)[number]);
      return { empty: 200 };
    }
    if (!operation.startsWith('POST /BatchGetRecord')) return undefined;
    const [wanted] = input['Identifiers'] as { RecordIdentifiersValueAsString: string[]; FeatureNames: string[] }[];
    const [id = ''] = wanted?.RecordIdentifiersValueAsString ?? [];
    const Record = records
      .find((record) => record.some(({ FeatureName, ValueAsString }) => FeatureName === 'customer' && ValueAsString === id))
      ?.filter(({ FeatureName }) => wanted?.FeatureNames.includes(FeatureName));
    const found = { FeatureGroupName: 'customers', RecordIdentifierValueAsString: id, Record };
    return { json: { Records: [found], Errors: [], UnprocessedIdentifiers: [] } };
  };
}

/** Runs of experiments. */
export function notes(): Answer {
  const runs = new Map<string, Json>();
  return ({ operation, input }) => {
    const name = String(input['TrialComponentName']);
    switch (operation) {
      case 'CreateExperiment':
      case 'CreateTrial':
      case 'AssociateTrialComponent':
        return { json: {} };
      case 'CreateTrialComponent':
      case 'UpdateTrialComponent':
        runs.set(name, { ...runs.get(name), ...input });
        return { json: {} };
      case 'ListTrialComponents':
        return { json: { TrialComponentSummaries: [{ TrialComponentName: 'credit-aws-training-job' }] } };
      case 'Search':
        return { json: { Results: [...runs.values()].map((TrialComponent) => ({ TrialComponent })) } };
      default:
        return undefined;
    }
  };
}

/** One pipeline, whose execution has succeeded. */
export const pipelines: Answer = ({ operation }) => {
  const PipelineExecutionArn = `${ARN}:pipeline/credit/execution/abc`;
  switch (operation) {
    case 'DescribePipeline':
      return { error: 'ResourceNotFound', message: "Pipeline 'credit' does not exist." };
    case 'CreatePipeline':
      return { json: { PipelineArn: `${ARN}:pipeline/credit` } };
    case 'ListPipelineExecutions':
      return { json: { PipelineExecutionSummaries: [{ PipelineExecutionArn, PipelineExecutionStatus: 'Succeeded' }] } };
    case 'StartPipelineExecution':
      return { json: { PipelineExecutionArn } };
    case 'DescribePipelineExecution':
      return { json: { PipelineExecutionArn, PipelineExecutionStatus: 'Succeeded' } };
    case 'ListPipelineExecutionSteps': {
      const decided = { StepName: 'good-enough', StepStatus: 'Succeeded', Metadata: { Condition: { Outcome: 'True' } } };
      return { json: { PipelineExecutionSteps: [{ StepName: 'train', StepStatus: 'Succeeded' }, decided] } };
    }
    default:
      return undefined;
  }
};
