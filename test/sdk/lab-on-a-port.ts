import { afterAll } from '@jest/globals';
import { connect, findViolations } from '@sealab/sdk';
import type { ConnectOptions, Lab, OperationName } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { misfits } from './sagemaker-model.ts';
import { serviceOnAPort } from './service-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

export interface LabOnAPort {
  readonly lab: Lab;
  readonly service: Awaited<ReturnType<typeof serviceOnAPort>>;
}

const open: LabOnAPort[] = [];
afterAll(async () => {
  for (const { lab, service } of open) {
    lab.close();
    await service.close();
  }
});

interface LabOptions extends Omit<ConnectOptions, 'endpointUrl'> {
  readonly as?: keyof typeof environment.roles;
  readonly refuses?: Parameters<typeof serviceOnAPort>[1];
}

/**
 * A lab whose services are a socket of this process, both open until the file's tests have ended. STS is not looked at: a role acts with
 * its own rights.
 *
 * @param options `as`: the role, the notebook's unless given; `refuses` is the service's; the rest is what the lab connects with.
 */
export async function labOnAPort(
  answer: Parameters<typeof serviceOnAPort>[0],
  { as = 'notebookExecution', refuses, ...options }: LabOptions = {},
): Promise<LabOnAPort> {
  const service = await serviceOnAPort(answer, refuses);
  const lab = await connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, ...options, endpointUrl: service.url });
  open.push({ lab, service });
  const sts = await lab.clients.sts();
  const Arn = `arn:aws:sts::111122223333:assumed-role/${environment.roles[as].split('/').at(-1) ?? ''}/SageMaker`;
  sts.middlewareStack.add(() => () => Promise.resolve({ output: { Arn, $metadata: {} } as never, response: {} }), {
    step: 'initialize',
    name: 'identity',
    priority: 'low',
  });
  return { lab, service };
}

/** A kind of job as SageMaker keeps it: by name, taken once. */
export interface KeptKind {
  /** `TrainingJob`: operations are `CreateTrainingJob`, `DescribeTrainingJob`. */
  readonly subject: string;
  /** `TrainingJobName`. */
  readonly name: string;
  /** Of operations, where it differs: `CreateAutoMLJobV2`. */
  readonly suffix?: string;
  /** What Describe says beside the request. */
  readonly described?: Readonly<Record<string, unknown>>;
}

/**
 * Takes jobs as SageMaker does: a name once. `breaks`: the connection breaks after the first request was taken, before it is
 * answered. Uploads succeed.
 */
export function keeping(kinds: readonly KeptKind[], breaks = false) {
  const kept = new Map<string, Record<string, unknown>>();
  const broken = new Set<string>();
  const answer = ({ operation, input }: Received): Outcome => {
    for (const { subject, name, suffix = '', described = {} } of kinds) {
      const key = `${subject}/${String(input[name])}`;
      if (operation === `Create${subject}${suffix}`) {
        if (kept.has(key)) return { error: 'ResourceInUse', message: `${subject} names must be unique within an AWS account.` };
        kept.set(key, input);
        if (breaks && !broken.has(subject)) {
          broken.add(subject);
          return 'break';
        }
        return { json: { [`${subject}Arn`]: `arn:aws:sagemaker:eu-west-1:111122223333:${key.toLowerCase()}` } };
      }
      if (operation === `Describe${subject}${suffix}`) {
        const found = kept.get(key);
        if (found === undefined) return { error: 'ValidationException', message: 'Requested resource not found.' };
        return { json: { ...found, ...described } };
      }
      if (operation === `Delete${subject}`) {
        kept.delete(key);
        return { json: {} };
      }
    }
    return operation.startsWith('PUT ') ? { empty: 200 } : { error: 'UnknownOperationException', message: operation };
  };
  return { kept, answer };
}

/**
 * What is wrong with a request that came over the wire: members that botocore's model does not know or misses, and secure fields
 * of the contract that are missing or different.
 */
export function faults(operation: OperationName, input: Record<string, unknown>): readonly string[] {
  const violations = findViolations(operation, input, environment, 'request');
  return [...misfits(operation, input), ...violations.map(({ control, found }) => `${control.id} is ${JSON.stringify(found)}`)];
}
