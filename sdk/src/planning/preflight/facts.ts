import type { OperationName } from '../../contract/index.ts';
import type { PlannedCall } from '../api.ts';
import { leaves } from '../values.ts';

/** Something that a request names, and where. */
export interface Named {
  readonly value: string;
  readonly field: string;
  readonly operation: OperationName;
}

/** An object or prefix in S3, and the role that will read or write it. */
export interface Place extends Named {
  readonly role: string | undefined;
  /** Whether the lab itself uploads it when it submits. */
  readonly uploaded: boolean;
}

export interface Instances extends Named {
  readonly count: number;
}

/** What the calls of a request refer to, whatever their operation. */
export interface Facts {
  readonly roles: readonly Named[];
  readonly keys: readonly Named[];
  readonly subnets: readonly Named[];
  readonly images: readonly Named[];
  readonly instances: readonly Instances[];
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  /** Names of what would be created. */
  readonly names: readonly Named[];
  /** Whether a container has the VPC network. */
  readonly connected: boolean;
}

const ROLE = /^arn:[^:]+:iam::\d{12}:role\//;
const KEY_FIELD = /KmsKey(Id|Arn)?$/;
const SUBNET = /^subnet-/;
const IMAGE_FIELD = /(^|\.)(TrainingImage|ImageUri|Image)$/;
const INSTANCE_FIELD = /(^|\.)InstanceType$/;
const COUNTS = ['InstanceCount', 'InitialInstanceCount'];
/** Where SageMaker writes. Every other S3 URI is read. */
const WRITTEN =
  /(^|\.)(OutputDataConfig|ProcessingOutputConfig|TransformOutput|OutputConfig|MonitoringOutputConfig|DataCaptureConfig|CheckpointConfig|AsyncInferenceConfig|CoreDumpConfig|OfflineStoreConfig|DebugHookConfig|ProfilerConfig|TensorBoardOutputConfig|S3OutputPath|DestinationS3Uri|S3OutputLocation)\b/;
/** Values that the program reads, not SageMaker. */
const PROGRAMS_OWN = /^(HyperParameters|Environment)\.|\.(Environment|HyperParameters|ContainerArguments)\b/;

/** Walks every call by the field names that SageMaker uses, and into a pipeline's definition. */
export function factsOf(calls: readonly PlannedCall[], artifacts: string): Facts {
  const roles: Named[] = [];
  const keys: Named[] = [];
  const subnets: Named[] = [];
  const images: Named[] = [];
  const instances: Instances[] = [];
  const inputs: Place[] = [];
  const outputs: Place[] = [];
  const names: Named[] = [];
  let connected = false;
  for (const { operation, input } of calls) {
    const all = [...leaves(withDefinition(input as Readonly<Record<string, unknown>>))];
    const values = new Map(all.map(({ path, value }) => [path, value]));
    const role = all.find(({ value }) => typeof value === 'string' && ROLE.test(value))?.value as string | undefined;
    const noun = operation.replace(/^Create/, '');
    for (const { path: field, value } of all) {
      if (field.endsWith('EnableNetworkIsolation') && value === false) connected = true;
      if (typeof value !== 'string' || PROGRAMS_OWN.test(field)) continue;
      const named: Named = { value, field, operation };
      if (ROLE.test(value)) roles.push(named);
      else if (KEY_FIELD.test(field)) keys.push(named);
      else if (SUBNET.test(value)) subnets.push(named);
      else if (IMAGE_FIELD.test(field)) images.push(named);
      else if (INSTANCE_FIELD.test(field)) {
        const beside = field.slice(0, -'InstanceType'.length);
        const count = COUNTS.map((name) => values.get(beside + name)).find((found) => typeof found === 'number') ?? 1;
        instances.push({ ...named, count });
      } else if (value.startsWith('s3://')) {
        const uploaded = value.includes('<') || value.startsWith(`s3://${artifacts}/code/`);
        (WRITTEN.test(field) ? outputs : inputs).push({ ...named, role, uploaded });
      } else if (operation.startsWith('Create') && field === `${noun}Name`) names.push(named);
    }
  }
  return {
    roles: once(roles),
    keys: once(keys),
    subnets: once(subnets),
    images: once(images),
    instances,
    inputs,
    outputs,
    names,
    connected,
  };
}

/** The first of those that name the same. */
function once<T extends Named>(all: readonly T[]): T[] {
  const seen = new Set<string>();
  return all.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** A pipeline's steps hold the requests that it will make. */
function withDefinition(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const definition = input['PipelineDefinition'];
  if (typeof definition !== 'string') return input;
  try {
    return { ...input, PipelineDefinition: JSON.parse(definition) as unknown };
  } catch {
    return input;
  }
}
