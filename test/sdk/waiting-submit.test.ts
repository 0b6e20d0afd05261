import { describe, expect } from '@jest/globals';
import { CreatePipelineCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Lab } from '@sealab/sdk';
import { submitOnce } from '../../sdk/src/waiting/submit-once.ts';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';
import { sideBySide } from './side-by-side.ts';

const it = sideBySide();

const script = { name: 'train.py', text: 'print(1)' };

/** Where the connection breaks, seen from SageMaker. */
type BreakPoint =
  | 'before a byte was read'
  | 'before the request was carried out'
  | 'after the request was carried out'
  | 'in the middle of the answer'
  | 'a fault after it was carried out';

/** SageMaker as far as names go: what is made once, a taken name is refused; what happens to each Create is told by `breaks`. */
async function sageMakerThatBreaks(create: string, name: string, breaks: (attempt: number) => BreakPoint | undefined, lag = 0) {
  const made: Record<string, unknown>[] = [];
  let attempt = 0;
  let described = 0;
  const answer = (request: Received): Outcome => {
    if (request.operation.startsWith('PUT')) return { empty: 200 };
    if (request.operation === create.replace('Create', 'Describe')) {
      const found = described++ < lag ? undefined : made.find((one) => one[name] === request.input[name]);
      return found === undefined ? { error: 'ValidationException', message: 'Requested resource not found.' } : { json: found };
    }
    if (request.operation !== create) return { error: 'UnknownOperation', message: request.operation };
    const where = breaks(attempt);
    if (where === 'before the request was carried out') return 'break';
    const taken = made.some((one) => one[name] === request.input[name]);
    if (!taken) made.push(request.input);
    if (where === 'after the request was carried out') return 'break';
    if (where === 'in the middle of the answer') return { cut: { Arn: 'arn:aws:sagemaker:eu-west-1:111122223333:thing/x' } };
    if (where !== undefined) return { error: 'InternalFailure', message: 'again, please', status: 500 };
    return taken ? { error: 'ResourceInUse', message: 'it already exists' } : { json: {} };
  };
  const refuses = (operation: string) => {
    if (operation !== create) return false;
    attempt++;
    return breaks(attempt) === 'before a byte was read';
  };
  const { lab } = await labOnAPort(answer, { refuses });
  return { lab, made };
}

const POINTS: readonly BreakPoint[] = [
  'before a byte was read',
  'before the request was carried out',
  'after the request was carried out',
  'in the middle of the answer',
  'a fault after it was carried out',
];
const KINDS: readonly [string, string, (lab: Lab) => Promise<{ name: string }>][] = [
  ['CreateTrainingJob', 'TrainingJobName', (lab) => lab.train({ script, name: 'once' })],
  ['CreateProcessingJob', 'ProcessingJobName', (lab) => lab.process({ script, name: 'once' })],
];

describe('a network error never starts a second job', () => {
  for (const [create, name, submit] of KINDS)
    for (const point of POINTS)
      for (const times of [1, 5])
        it(`${create}: ${point}, ${times} times`, async () => {
          const { lab, made } = await sageMakerThatBreaks(create, name, (attempt) => (attempt <= times ? point : undefined));
          expect((await submit(lab)).name).toBe('once');
          expect(made.map((one) => one[name])).toEqual(['once']);
        });

  it('also when Describe does not show yet what has been made', async () => {
    const { lab, made } = await sageMakerThatBreaks(
      'CreateTrainingJob',
      'TrainingJobName',
      (attempt) => (attempt === 1 ? 'after the request was carried out' : undefined),
      2,
    );
    expect((await lab.train({ script, name: 'once' })).name).toBe('once');
    expect(made).toHaveLength(1);
  });

  it('gives up with the network’s error when nothing ever comes through', async () => {
    const { lab, made } = await sageMakerThatBreaks('CreateTrainingJob', 'TrainingJobName', () => 'before a byte was read');
    await expect(lab.train({ script, name: 'once' })).rejects.toThrow(/socket hang up|ECONNRESET|aborted/);
    expect(made).toEqual([]);
  });
});

describe('a request with a token', () => {
  const pipeline = {
    PipelineName: 'p',
    RoleArn: environment.roles.jobExecution,
    ClientRequestToken: 't'.repeat(32),
    PipelineDefinition: '{}',
  };

  it('is sent again with the same token, and nothing is looked for', async () => {
    let attempt = 0;
    const { service } = await labOnAPort(() => (++attempt <= 5 ? 'break' : { json: { PipelineArn: 'arn' } }));
    const client = new SageMakerClient({
      region: 'eu-west-1',
      endpoint: service.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const { signal } = new AbortController();
    const answer = await submitOnce({ send: () => client.send(new CreatePipelineCommand(pipeline)), input: pipeline, signal });
    expect(answer).toMatchObject({ PipelineArn: 'arn' });
    expect(service.requests.length).toBeGreaterThan(5);
    expect(new Set(service.requests.map(({ input }) => input['ClientRequestToken']))).toEqual(new Set([pipeline.ClientRequestToken]));
  });

  it('that has none, and no way to look, is not sent at all', async () => {
    let sent = 0;
    const { signal } = new AbortController();
    await expect(submitOnce({ send: () => Promise.resolve(++sent), input: { PipelineName: 'p' }, signal })).rejects.toMatchObject({
      code: 'Internal',
    });
    expect(sent).toBe(0);
  });
});
