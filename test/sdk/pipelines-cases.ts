import { environment } from './environment-fixture.ts';

export const image = environment.images['scikit-learn'] ?? '';
export const training = {
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
};
export const processing = {
  AppSpecification: { ImageUri: image },
  ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 } },
  ProcessingOutputConfig: {
    Outputs: [{ OutputName: 'report', S3Output: { S3Uri: 's3://credit-risk-model/r', LocalPath: '/opt/ml/o', S3UploadMode: 'EndOfJob' } }],
  },
};
export const train = (change: object = {}, step: object = {}) => ({
  Name: 'train',
  Type: 'Training',
  Arguments: { ...training, ...change },
  ...step,
});
export const evaluate = (step: object = {}) => ({ Name: 'evaluate', Type: 'Processing', Arguments: processing, ...step });
export const model = (container: object, change: object = {}) => ({
  Name: 'model',
  Type: 'Model',
  Arguments: { PrimaryContainer: { Image: image, ...container }, ...change },
});
export const condition = (Conditions: unknown[], IfSteps: unknown[] = []) => ({
  Name: 'decide',
  Type: 'Condition',
  Arguments: { Conditions, IfSteps, ElseSteps: [] },
});
export const equals = (LeftValue: unknown, RightValue: unknown = 1) => ({ Type: 'Equals', LeftValue, RightValue });
export const pipeline = (Steps: unknown, Parameters: unknown[] = []) => ({ Version: '2020-12-01', Metadata: {}, Parameters, Steps });
export const text = (Name: string, more: object = {}) => ({ Name, Type: 'String', ...more });
