import { HOSTED_ARCHIVES, MULTI_MODELS, PACKED_CODE, PIPELINE_STEPS } from '../../contract/index.ts';
import type { EnvironmentDescription, OperationName } from '../../contract/index.ts';
import { allSteps } from '../../pipelines/definition.ts';
import type { PipelineDefinition } from '../../pipelines/definition.ts';
import type { Origin } from '../../secure/index.ts';
import type { PlannedCall } from '../api.ts';
import { isBelow, leaves, plannedValues } from '../values.ts';

/** Something that a request names, and where. */
export interface Named {
  readonly value: string;
  readonly field: string;
  readonly operation: OperationName;
  /** Who gave it: what to do about it depends on that. */
  readonly origin: Origin;
  /** Whether a pipeline makes the request, when it runs and with its own role. */
  readonly byPipeline: boolean;
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
const ROLE_FIELD = /Role(Arn)?$/;
const KEY_FIELD = /KmsKey(Id|Arn)?$/;
/** These name a model, which has the role. */
const WITH_THE_MODELS_ROLE = /^Create(EndpointConfig|TransformJob)$/;
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
export function factsOf(calls: readonly PlannedCall[], environment: Pick<EnvironmentDescription, 'buckets' | 'roles'>): Facts {
  const { model, artifacts } = environment.buckets;
  const laid = [`s3://${artifacts}/${PACKED_CODE}/`, `s3://${model}/${HOSTED_ARCHIVES}/`, `s3://${model}/${MULTI_MODELS}/`];
  const roles: Named[] = [];
  const keys: Named[] = [];
  const subnets: Named[] = [];
  const images: Named[] = [];
  const instances: Instances[] = [];
  const inputs: Place[] = [];
  const outputs: Place[] = [];
  const names: Named[] = [];
  let connected = false;
  for (const { operation, input, at, originOf, byPipeline } of calls.flatMap(requestsOf)) {
    const all = [...leaves(input)];
    const values = new Map(all.map(({ path, value }) => [path, value]));
    const role =
      (all.find(({ path, value }) => typeof value === 'string' && isRole(path, value))?.value as string | undefined) ??
      (WITH_THE_MODELS_ROLE.test(operation) ? environment.roles.endpointHosting : undefined);
    const noun = operation.replace(/^Create/, '');
    for (const { path, value } of all) {
      if (path.endsWith('EnableNetworkIsolation') && value === false) connected = true;
      if (typeof value !== 'string' || PROGRAMS_OWN.test(path)) continue;
      const field = at + path;
      const named: Named = { value, field, operation, origin: originOf(path), byPipeline };
      if (isRole(path, value)) roles.push(named);
      else if (KEY_FIELD.test(path)) keys.push(named);
      else if (SUBNET.test(value)) subnets.push(named);
      else if (IMAGE_FIELD.test(path)) images.push(named);
      else if (INSTANCE_FIELD.test(path)) {
        const beside = path.slice(0, -'InstanceType'.length);
        const count = COUNTS.map((name) => values.get(beside + name)).find((found) => typeof found === 'number') ?? 1;
        instances.push({ ...named, count });
      } else if (value.startsWith('s3://')) {
        const uploaded = value.includes('<') || laid.some((place) => value.startsWith(place));
        (WRITTEN.test(path) ? outputs : inputs).push({ ...named, role, uploaded });
      } else if (!byPipeline && operation.startsWith('Create') && path === `${noun}Name`) names.push(named);
    }
  }
  return {
    roles: once(roles, ({ operation, value, byPipeline }) => `${String(byPipeline)} ${operation} ${value}`),
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

/** A tag may hold the ARN of a role too. */
const isRole = (path: string, value: string): boolean => ROLE.test(value) && ROLE_FIELD.test(path);

/** The first of those that are the same. */
function once<T extends Named>(all: readonly T[], sameness: (one: T) => string = ({ value }) => value): T[] {
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(sameness(one)) && seen.add(sameness(one)));
}

/** One request to SageMaker: the lab's own, or that of a pipeline's step. */
interface Request {
  readonly operation: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
  /** Before the paths of its fields. */
  readonly at: string;
  readonly originOf: (path: string) => Origin;
  readonly byPipeline: boolean;
}

/** A call, and what the steps of its pipeline will ask for. */
function requestsOf(call: PlannedCall): Request[] {
  const { PipelineDefinition: text, ...input } = call.input as Readonly<Record<string, unknown>>;
  const origins = new Map(plannedValues(call).map(({ path, origin }) => [path, origin]));
  const own: Request = { operation: call.operation, input, at: '', originOf: (path) => origins.get(path) ?? 'caller', byPipeline: false };
  if (typeof text !== 'string') return [own];
  // What was planned has been read by the contract: it is a definition.
  const steps = allSteps((JSON.parse(text) as PipelineDefinition).Steps).flatMap(({ Name, Type, Arguments }): Request[] => {
    const operation = PIPELINE_STEPS[Type];
    if (operation === null) return [];
    const at = `Steps[${Name}].Arguments.`;
    const originOf = (path: string) => call.fields.find(({ location }) => isBelow(at + path, location))?.origin ?? 'caller';
    return [{ operation, input: Arguments, at, originOf, byPipeline: true }];
  });
  return [own, ...steps];
}
