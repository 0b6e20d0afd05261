import { CONTROLS, valuesAt, type Control } from '@sealab/sdk/contract';
import { nameInArn } from './arns.ts';
import { text, texts, type Facts, type Requirement } from './requirement.ts';

/** Condition keys beyond the contract's, by where the request carries them: policies that are written later may use them. */
const FURTHER_KEYS: Readonly<Record<string, readonly string[]>> = {
  'sagemaker:MaxRuntimeInSeconds': ['StoppingCondition.MaxRuntimeInSeconds'],
  'sagemaker:KeepAlivePeriod': ['ResourceConfig.KeepAlivePeriodInSeconds'],
  'sagemaker:FileSystemId': ['InputDataConfig[].DataSource.FileSystemDataSource.FileSystemId'],
  'sagemaker:FileSystemType': ['InputDataConfig[].DataSource.FileSystemDataSource.FileSystemType'],
  'sagemaker:FileSystemAccessMode': ['InputDataConfig[].DataSource.FileSystemDataSource.FileSystemAccessMode'],
  'sagemaker:FileSystemDirectoryPath': ['InputDataConfig[].DataSource.FileSystemDataSource.DirectoryPath'],
  'sagemaker:AcceleratorTypes': ['ProductionVariants[].AcceleratorType', 'AcceleratorTypes'],
  'sagemaker:ServerlessMaxConcurrency': ['ProductionVariants[].ServerlessConfig.MaxConcurrency'],
  'sagemaker:TargetModel': ['TargetModel'],
  'sagemaker:ModelApprovalStatus': ['ModelApprovalStatus'],
  'sagemaker:FeatureGroupEnableOnlineStore': ['OnlineStoreConfig.EnableOnlineStore'],
  'sagemaker:FeatureGroupDisableGlueTableCreation': ['OfflineStoreConfig.DisableGlueTableCreation'],
  'sagemaker:CustomerMetadataPropertiesToRemove': ['CustomerMetadataPropertiesToRemove[]'],
};

/** Which of them an operation has. */
const FURTHER_BY_OPERATION: Readonly<Record<string, readonly string[]>> = {
  CreateTrainingJob: [
    'sagemaker:MaxRuntimeInSeconds',
    'sagemaker:KeepAlivePeriod',
    'sagemaker:FileSystemId',
    'sagemaker:FileSystemType',
    'sagemaker:FileSystemAccessMode',
    'sagemaker:FileSystemDirectoryPath',
  ],
  CreateProcessingJob: ['sagemaker:MaxRuntimeInSeconds'],
  CreateEndpointConfig: ['sagemaker:AcceleratorTypes', 'sagemaker:ServerlessMaxConcurrency'],
  CreateNotebookInstance: ['sagemaker:AcceleratorTypes'],
  InvokeEndpoint: ['sagemaker:TargetModel'],
  CreateModelPackage: ['sagemaker:ModelApprovalStatus'],
  CreateFeatureGroup: ['sagemaker:FeatureGroupEnableOnlineStore', 'sagemaker:FeatureGroupDisableGlueTableCreation'],
  UpdateModelPackage: ['sagemaker:ModelApprovalStatus', 'sagemaker:CustomerMetadataPropertiesToRemove'],
};

/**
 * Keys of one value that a tuning job's list of definitions fills too. AWS says nothing about several definitions; where all agree there is
 * one value, where they differ the request is denied (`simulate.ts`), and where one has none the key is absent: its `Null` guard denies.
 */
const KEYS_OF_DEFINITIONS: Readonly<Record<string, readonly string[]>> = {
  'sagemaker:NetworkIsolation': ['EnableNetworkIsolation'],
  'sagemaker:InterContainerTrafficEncryption': ['EnableInterContainerTrafficEncryption'],
  'sagemaker:OutputKmsKeyArn': ['OutputDataConfig.KmsKeyId'],
  'sagemaker:VolumeKmsKeyArn': ['ResourceConfig.VolumeKmsKeyId', 'HyperParameterTuningResourceConfig.VolumeKmsKeyId'],
};

/** Operations whose condition keys are carried here at all: keys of others would be claimed to be absent. */
const WITH_KEYS: ReadonlySet<string> = new Set([...Object.keys(CONTROLS), 'InvokeEndpoint']);

/** `sagemaker:` condition keys of a request: the inverse of the contract's rows. */
export function sagemakerContext({ call }: Facts): Record<string, string | string[]> {
  const { operation, input } = call;
  const context: Record<string, string[]> = {};
  const covered: Readonly<Record<string, readonly Control[]>> = CONTROLS;
  if (!WITH_KEYS.has(operation)) return context;
  const add = (key: string, paths: readonly string[]): void => {
    const values = paths.flatMap((path) => valuesAt(input, path)).map(String);
    if (values.length > 0) context[key] = [...(context[key] ?? []), ...values];
  };
  for (const control of covered[operation] ?? []) if (control.conditionKey !== null) add(control.conditionKey, [control.path]);
  for (const key of FURTHER_BY_OPERATION[operation] ?? []) add(key, FURTHER_KEYS[key] ?? []);
  if (operation === 'CreateHyperParameterTuningJob') {
    const definitions = valuesAt(input, 'TrainingJobDefinitions[]');
    for (const [key, paths] of Object.entries(KEYS_OF_DEFINITIONS)) {
      const values = definitions.map((definition) => paths.flatMap((path) => valuesAt(definition, path)).map(String));
      if (values.length > 0 && values.every((found) => found.length > 0))
        context[key] = [...new Set([...(context[key] ?? []), ...values.flat()])];
    }
  }
  const lifecycle = text(input['LifecycleConfigName']);
  if (lifecycle !== undefined) {
    context['sagemaker:NotebookInstanceLifecycleConfigArns'] = [
      `arn:${call.partition}:sagemaker:${call.region}:${call.accountId}:notebook-instance-lifecycle-config/${lifecycle}`,
    ];
  }
  if (operation === 'CreateEndpointConfig') {
    const models = valuesAt(input, 'ProductionVariants[].ModelName').map(
      (name) => `arn:${call.partition}:sagemaker:${call.region}:${call.accountId}:model/${String(name)}`,
    );
    if (models.length > 0) context['sagemaker:ModelArn'] = models;
  }
  return context;
}

/**
 * KMS permissions that the caller of an operation needs (the execution role's will do where `orRole` says so).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
 */
const KEY_FIELDS: Readonly<Record<string, { readonly path: string; readonly actions: readonly string[]; readonly orRole?: string }>> = {
  CreateTrainingJob: { path: 'ResourceConfig.VolumeKmsKeyId', actions: ['kms:CreateGrant'], orRole: 'RoleArn' },
  CreateProcessingJob: { path: 'ProcessingResources.ClusterConfig.VolumeKmsKeyId', actions: ['kms:CreateGrant'], orRole: 'RoleArn' },
  CreateNotebookInstance: { path: 'KmsKeyId', actions: ['kms:DescribeKey', 'kms:CreateGrant'] },
};

/** What SageMaker asks for beside the operation's own action. */
export async function sagemakerRequirements(facts: Facts): Promise<Requirement[]> {
  const { call, resources } = facts;
  const rule = KEY_FIELDS[call.operation];
  if (rule === undefined) return [];
  const required: Requirement[] = [];
  for (const id of valuesAt(call.input, rule.path).flatMap(texts)) {
    const key = await resources.key(id);
    if (key?.awsManaged === true) continue;
    const arn = key?.arn ?? `arn:${call.partition}:kms:${call.region}:${call.accountId}:key/${nameInArn(id) ?? ''}`;
    const role = rule.orRole === undefined ? undefined : text(call.input[rule.orRole]);
    for (const action of rule.actions) {
      required.push({
        action,
        resource: arn,
        via: 'sagemaker',
        ...(role === undefined ? {} : { orRole: role }),
        ...(action === 'kms:CreateGrant' ? { context: { 'kms:GrantIsForAWSResource': 'true' } } : {}),
      });
    }
  }
  return required;
}
