import { expect } from '@jest/globals';
import type { Lab } from '@sealab/sdk';
import { labOnAPort } from './lab-on-a-port.ts';
import type { Outcome, Received } from './service-on-a-port.ts';
import { sideBySide } from './side-by-side.ts';

const it = sideBySide();

const STREAMS = ['a/algo-1-1700000000', 'a/algo-2-1700000000'];
const LINES = 14;
const lineOf = (stream: string, index: number) => `${stream.slice(2, 8)} line ${String(index)}`;
const ALL = STREAMS.map((stream) => Array.from({ length: LINES }, (_, index) => lineOf(stream, index)));

/** CloudWatch Logs with two streams that grow while they are read; `trouble` may happen to any request, by its number. */
async function logsWith(trouble: (index: number, request: Received) => Outcome | undefined, keys?: () => string) {
  let written = 5;
  const answer = (request: Received, index: number): Outcome => {
    const outcome = trouble(index, request);
    if (outcome !== undefined) return outcome;
    if (request.operation === 'DescribeTrainingJob') return { json: { TrainingJobStatus: written >= LINES ? 'Completed' : 'InProgress' } };
    if (request.operation === 'DescribeLogStreams') return { json: { logStreams: STREAMS.map((logStreamName) => ({ logStreamName })) } };
    if (request.operation !== 'GetLogEvents') return { error: 'UnknownOperation', message: request.operation };
    written = Math.min(LINES, written + 3);
    const start = Number(((request.input['nextToken'] ?? 'f/0') as string).slice(2));
    const stream = String(request.input['logStreamName']);
    const events = Array.from({ length: Math.min(4, written - start) }, (_, place) => ({
      timestamp: 1,
      message: lineOf(stream, start + place),
    }));
    return { json: { events, nextForwardToken: `f/${String(start + events.length)}`, nextBackwardToken: 'b/0' } };
  };
  const { lab } = await labOnAPort(
    answer,
    keys === undefined ? {} : { credentials: () => Promise.resolve({ accessKeyId: keys(), secretAccessKey: 'b' }) },
  );
  return lab;
}

/** Every line in the order of its stream; a reader that starts anew behind its last line after each `stop` lines. */
async function linesOf(lab: Lab, stop = Infinity): Promise<string[][]> {
  const seen: string[] = [];
  for (let after: string | undefined, done = false; !done;) {
    done = true;
    let taken = 0;
    for await (const { message, cursor } of lab.attach('a').logs(after === undefined ? {} : { after })) {
      seen.push(message);
      after = cursor;
      if (++taken >= stop) {
        done = false;
        break;
      }
    }
  }
  return STREAMS.map((stream) => seen.filter((message) => message.startsWith(stream.slice(2, 8))));
}

const each = (every: number, outcome: Outcome) => (index: number) => (index % every === every - 1 ? outcome : undefined);
const THROTTLED: Outcome = { error: 'ThrottlingException', message: 'Rate exceeded' };
const troubles: readonly (readonly [string, (index: number, request: Received) => Outcome | undefined])[] = [
  ['nothing', () => undefined],
  ['throttling now and then', each(5, THROTTLED)],
  ['throttling for a while', (index) => (index >= 4 && index < 8 ? THROTTLED : undefined)],
  ['broken connections', each(4, 'break')],
  ['answers that break off', each(4, { cut: { events: [{ timestamp: 1, message: 'algo-1 never' }], nextForwardToken: 'f/99' } })],
  ['faults of the server', each(4, { error: 'ServiceUnavailableException', message: 'again, please', status: 503 })],
  [
    'a page’s token that has ended',
    (index, { input }) =>
      index === 6 && 'nextToken' in input
        ? { error: 'InvalidParameterException', message: 'The specified nextToken is invalid.' }
        : undefined,
  ],
];

for (const stop of [Infinity, 6])
  for (const [what, trouble] of troubles)
    it(`logs neither lose nor repeat a line with ${what}, read anew after ${stop} lines`, async () => {
      expect(await linesOf(await logsWith(trouble), stop)).toEqual(ALL);
    });

it('credentials that end on the way are renewed, and no line is lost or repeated', async () => {
  let generation = 0;
  let refused = 0;
  const lab = await logsWith(
    (index, { headers }) => {
      if (index % 6 === 5) generation++;
      if (headers.authorization?.includes(`Credential=KEY${String(generation)}/`) === true) return undefined;
      refused++;
      return { error: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
    },
    () => `KEY${String(generation)}`,
  );
  expect(await linesOf(lab)).toEqual(ALL);
  expect(refused).toBeGreaterThan(1);
});
