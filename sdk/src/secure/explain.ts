import { CONTROLS, SealabError, valuesAt } from '../contract/index.ts';
import type { Control, EnvironmentDescription } from '../contract/index.ts';
import type { Explanation, Violation, Wall } from './api.ts';
import { errorLike, isDenial } from './denial.ts';
import type { ErrorLike } from './denial.ts';
import { readDenial } from './denial-message.ts';
import { actionOf } from './explain-action.ts';
import { isCovered } from './operation.ts';
import { guardS3 } from './s3.ts';
import { findViolations } from './violations.ts';
import { sourceOf, valueToWrite, wantedToShow } from './wanted.ts';

const MAKES_OBJECT = /^(PutObject|CopyObject|CreateMultipartUpload)$/;

/** Roles made for one purpose: who lacks the right is told which role has it. */
const PURPOSE_OF_ACTION: Readonly<Record<string, keyof EnvironmentDescription['roles']>> = {
  'sagemaker:CreateModel': 'endpointCreation',
  'sagemaker:CreateEndpointConfig': 'endpointCreation',
  'sagemaker:CreateEndpoint': 'endpointCreation',
  'sagemaker:UpdateEndpoint': 'endpointCreation',
  'sagemaker:UpdateEndpointWeightsAndCapacities': 'endpointCreation',
  'sagemaker:DeleteEndpoint': 'endpointCreation',
  'sagemaker:UpdateModelPackage': 'modelApproval',
  'sagemaker:DeleteModelPackage': 'modelApproval',
  'sagemaker:InvokeEndpoint': 'endpointInvocation',
};

/**
 * Turns AccessDenied into the field that is to blame, the value wanted, the wall that refused and the line to write.
 * With the operation and its input it names the field; with the message alone it names the action and the wall.
 *
 * @param service as IAM writes it, for messages that do not name the action
 */
export function explainDenial(
  error: unknown,
  operation: string | undefined,
  input: object | undefined,
  environment: EnvironmentDescription,
  service = 'sagemaker',
): Explanation {
  if (error instanceof SealabError && error.code === 'AccessDenied' && error.cause !== undefined) {
    const { operation: refused, service: asked } = error.details as { operation?: string; service?: string };
    return explainDenial(error.cause, operation ?? refused, input, environment, asked ?? service);
  }
  if (error instanceof SealabError && (error.code === 'SecureFieldConflict' || error.code === 'OperationNotCovered'))
    return explainContract(error, operation);
  if (!isDenial(error)) return notRefused(errorLike(error));
  const said = readDenial(errorLike(error).message);
  const sent = operation ?? said.action?.split(':')[1];
  const action = said.action ?? (operation === undefined ? undefined : actionOf(service, operation));
  const base = { action, resource: said.resource, wall: said.wall, explicit: said.explicit };
  return (
    explainPassRole(base, sent, input, environment) ??
    explainS3(base, sent, input, environment) ??
    explainKey(base, environment) ??
    explainField(base, sent, input, environment) ??
    explainPurpose(base, environment)
  );
}

const notRefused = ({ name, message }: ErrorLike): Explanation => ({
  action: undefined,
  resource: undefined,
  wall: 'unknown',
  explicit: undefined,
  control: undefined,
  field: undefined,
  wanted: undefined,
  text: `No policy refused this: ${name}: ${message}`,
  line: 'Do what the message says; it is not about rights.',
});

type Base = Pick<Explanation, 'action' | 'resource' | 'wall' | 'explicit'>;
/** What Sealab itself refused before anything was sent. */
function explainContract(error: SealabError, operation: string | undefined): Explanation {
  const { field, required, control: id, operation: refused } = error.details;
  const sent = operation ?? (typeof refused === 'string' ? refused : undefined);
  const all: Readonly<Record<string, readonly Control[]>> = CONTROLS;
  const control = Object.values(all)
    .flat()
    .find((one) => one.id === id);
  return {
    action: sent === undefined ? undefined : actionOf('sagemaker', sent),
    resource: undefined,
    wall: 'contract',
    explicit: true,
    control,
    field: typeof field === 'string' ? field : undefined,
    wanted: required,
    text: error.message,
    line:
      typeof field === 'string' && required !== undefined && control?.match !== 'in-bucket' && control?.match !== 'in-registry'
        ? lineFor(field.replace(/\[\d+\]/g, '[]'), Array.isArray(required) && control?.match !== 'subset' ? required[0] : required)
        : (error.remedy ?? 'Leave it out.'),
  };
}

/** `VpcConfig.Subnets` with a value as the line that a caller would write. */
export function lineFor(path: string, value: unknown): string {
  const parts = path.split('.');
  const open = parts.map((part) => (part.endsWith('[]') ? `${part.slice(0, -2)}: [{ ` : `${part}: { `));
  const last = parts.at(-1) ?? path;
  const before = open.slice(0, -1).join('');
  const after = parts
    .slice(0, -1)
    .reverse()
    .map((part) => (part.endsWith('[]') ? ' }]' : ' }'))
    .join('');
  return `${before}${last.replace('[]', '')}: ${JSON.stringify(value)}${after}`;
}

function fieldExplanation(
  base: Base,
  control: Control,
  location: string,
  found: unknown,
  environment: EnvironmentDescription,
): Explanation {
  const value = valueToWrite(control, environment);
  const wanted = wantedToShow(control, environment);
  const given = found === undefined ? 'is missing' : `is ${JSON.stringify(found)}`;
  const free = control.fill === 'never' && control.match !== 'false';
  const line =
    control.match === 'in-bucket'
      ? lineFor(control.path, `s3://${String(value)}/…`)
      : control.match === 'in-registry'
        ? lineFor(control.path, `${String(value)}…`)
        : control.match === 'absent'
          ? `Leave ${control.path} out.`
          : lineFor(control.path, value);
  return {
    ...base,
    control,
    field: location,
    wanted,
    text: `${location} ${given}; ${free && Array.isArray(wanted) ? 'one of ' : ''}${wanted === undefined ? 'nothing' : JSON.stringify(wanted)} is wanted (${sourceOf(control)}). ${control.because}`,
    line,
  };
}

const isRole = ({ wanted }: Control): boolean => 'environment' in wanted && wanted.environment.startsWith('roles.');

function explainPassRole(
  base: Base,
  operation: string | undefined,
  input: object | undefined,
  environment: EnvironmentDescription,
): Explanation | undefined {
  if (base.action !== 'iam:PassRole') return undefined;
  const all: Readonly<Record<string, readonly Control[]>> = CONTROLS;
  const roles = (operation !== undefined && isCovered(operation) ? [operation] : Object.keys(CONTROLS)).flatMap((name) =>
    (all[name] ?? []).filter(isRole),
  );
  const control =
    roles.find(({ path }) => input !== undefined && valuesAt(input, path).includes(base.resource)) ??
    roles.find(({ path }) => input !== undefined && valuesAt(input, path).length > 0) ??
    roles[0];
  if (control === undefined) return undefined;
  const wanted = valueToWrite(control, environment);
  if (base.resource !== wanted) return fieldExplanation(base, control, control.path, base.resource, environment);
  return {
    ...base,
    control,
    field: control.path,
    wanted,
    text: `The role is the right one, but who called may not pass it to SageMaker (refused by ${wallText(base.wall)}).`,
    line: 'Ask your administrator to add you to the people of this project (people.dataScientists in sealab.yaml).',
  };
}

function explainField(
  base: Base,
  operation: string | undefined,
  input: object | undefined,
  environment: EnvironmentDescription,
): Explanation | undefined {
  if (operation === undefined || input === undefined || !isCovered(operation)) return undefined;
  const violations: readonly Violation[] = findViolations(operation, input, environment, 'request');
  const first = violations.find(({ control }) => control.conditionKey !== null) ?? violations[0];
  return first === undefined ? undefined : fieldExplanation(base, first.control, first.location, first.found, environment);
}

function explainS3(
  base: Base,
  operation: string | undefined,
  input: object | undefined,
  environment: EnvironmentDescription,
): Explanation | undefined {
  if (base.action?.startsWith('s3:') !== true) return undefined;
  const resource = base.resource ?? '';
  const bucket = (input as { Bucket?: string } | undefined)?.Bucket ?? resource.split(':::')[1]?.split('/')[0];
  if (input !== undefined && operation !== undefined && MAKES_OBJECT.test(operation)) {
    for (const [field, wanted] of [
      ['ServerSideEncryption', 'aws:kms'],
      ['SSEKMSKeyId', environment.keys.storage],
    ] as const) {
      if ((input as Record<string, unknown>)[field] !== wanted)
        return s3Explanation(base, field, wanted, (input as Record<string, unknown>)[field]);
    }
    try {
      guardS3(operation, input, environment);
    } catch (error) {
      if (error instanceof SealabError)
        return s3Explanation(base, String(error.details['field']), error.details['required'], error.details['given']);
    }
  }
  const own = Object.values(environment.buckets);
  if (bucket !== undefined && !own.includes(bucket)) return s3Explanation(base, 'Bucket', own, bucket);
  const [, purpose] =
    Object.entries(environment.buckets)
      .map(([name, value]) => [value, name])
      .find(([value]) => value === bucket) ?? [];
  return {
    ...base,
    control: undefined,
    field: undefined,
    wanted: undefined,
    text: `${base.action} on the ${purpose ?? 'project’s'} bucket is refused by ${wallText(base.wall)}. The bucket takes requests only over TLS, from the project’s VPC endpoint, and with the storage key.`,
    line: 'Run it from a notebook or a job of the project, with the role made for it.',
  };
}

const s3Explanation = (base: Base, field: string, wanted: unknown, found: unknown): Explanation => ({
  ...base,
  control: undefined,
  field,
  wanted,
  text: `${field} ${found === undefined ? 'is missing' : `is ${JSON.stringify(found)}`}; ${Array.isArray(wanted) ? 'one of ' : ''}${JSON.stringify(wanted)} is wanted.`,
  line: `${field}: ${JSON.stringify(Array.isArray(wanted) ? wanted[0] : wanted)}`,
});

function explainKey(base: Base, environment: EnvironmentDescription): Explanation | undefined {
  if (base.action?.startsWith('kms:') !== true) return undefined;
  const keys = Object.values(environment.keys);
  const own = base.resource !== undefined && keys.includes(base.resource);
  return {
    ...base,
    control: undefined,
    field: own ? undefined : 'the KMS key',
    wanted: own ? undefined : keys,
    text: own
      ? `The key is the project’s, but its use (${base.action}) is refused by ${wallText(base.wall)}: it may be used through S3 and SageMaker only, by the roles of the project.`
      : `The key ${base.resource ?? ''} is not one of the project’s keys.`,
    line: own
      ? 'Run it with a role of the project; if it is one, ask your administrator to look at the key’s policy.'
      : `storage: ${JSON.stringify(environment.keys.storage)}, volume: ${JSON.stringify(environment.keys.volume)}`,
  };
}

function explainPurpose(base: Base, environment: EnvironmentDescription): Explanation {
  const purpose = base.action === undefined ? undefined : PURPOSE_OF_ACTION[base.action];
  const role = purpose === undefined ? undefined : environment.roles[purpose];
  const how: Partial<Record<Wall, string>> = {
    boundary: 'The permissions boundary of the project leaves it out for every role, so no policy can allow it.',
    'endpoint policy': 'The VPC endpoint lets only resources of this account and only the needed actions through.',
    'trust policy': 'The role’s trust policy names who may take it and from where.',
  };
  return {
    ...base,
    control: undefined,
    field: undefined,
    wanted: role,
    text: `${base.action ?? 'The request'} is refused by ${wallText(base.wall)}${base.explicit === false ? ': nothing allows it' : ''}. ${how[base.wall] ?? ''}`.trim(),
    line:
      role === undefined ? 'Ask your administrator whether your role should have this right.' : `Do it with the role made for it: ${role}`,
  };
}

const wallText = (wall: Wall): string =>
  wall === 'unknown'
    ? 'a policy that AWS does not name'
    : wall === 'identity policy'
      ? 'an identity policy of the caller’s role'
      : `the ${wall}`;
