import { describe, expect, it } from '@jest/globals';
import { memoized } from '../../sdk/src/clients/credentials.ts';
import { checkedName, freshName } from '../../sdk/src/jobs/names.ts';
import { isMadeFrom } from '../../sdk/src/waiting/submit-once.ts';
import { isTransient, isUncertain } from '../../sdk/src/waiting/transient.ts';

describe('names', () => {
  it.each(['train.py', 'a very long script name with spaces and ümlauts that goes on and on and on.py', '___.py', '-.py', 'x'])(
    'are made from %s',
    (about) => {
      const name = freshName(about);
      expect(checkedName(name)).toBe(name);
      expect(freshName(about)).not.toBe(name);
    },
  );

  it.each(['', '-a', 'a-', 'a_b', 'a'.repeat(64), 'ä'])('%j is refused', (name) => {
    expect(() => checkedName(name)).toThrow(/not a name/);
  });
});

describe('isMadeFrom', () => {
  const sent = {
    TrainingJobName: 'a',
    HyperParameters: { x: '1' },
    InputDataConfig: [{ ChannelName: 'c', InputMode: undefined }],
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  it.each([
    [true, { ...sent, Tags: undefined, TrainingJobStatus: 'InProgress', HyperParameters: { x: '1', added: '2' } }],
    [false, { ...sent, HyperParameters: { x: '2' } }],
    [false, { ...sent, InputDataConfig: [] }],
    [false, { ...sent, InputDataConfig: [{ ChannelName: 'other' }] }],
  ])('%s', (same, described) => expect(isMadeFrom(sent, described)).toBe(same));
});

describe('errors of the network', () => {
  it.each([
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), true, true],
    [Object.assign(new Error('socket hang up'), {}), true, true],
    [Object.assign(new Error('x'), { name: 'TimeoutError' }), true, true],
    [Object.assign(new Error('x'), { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }), true, true],
    [Object.assign(new Error('x'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }), false, true],
    [Object.assign(new Error('x'), { name: 'ExpiredTokenException', $metadata: { httpStatusCode: 400 } }), false, true],
    [Object.assign(new Error('x'), { name: 'ValidationException', $metadata: { httpStatusCode: 400 } }), false, false],
    [Object.assign(new Error('aborted'), { $metadata: { httpStatusCode: 200 } }), true, true],
    [Object.assign(new Error('AWS SDK error wrapper for Error: aborted'), {}), true, true],
    [new DOMException('Request aborted', 'AbortError'), false, false],
    [new TypeError('x is not a function'), false, false],
  ])('%o: uncertain %s, transient %s', (error, uncertain, transient) =>
    expect([isUncertain(error), isTransient(error)]).toEqual([uncertain, transient]),
  );
});

describe('credentials', () => {
  const lasting = (milliseconds: number) => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: new Date(Date.now() + milliseconds) });

  it('are fetched once while they last, and by one request at a time', async () => {
    let fetched = 0;
    const provider = memoized(() => {
      fetched++;
      return Promise.resolve(lasting(3_600_000));
    });
    await Promise.all([provider(), provider(), provider()]);
    await provider();
    expect(fetched).toBe(1);
  });

  it('are fetched again before they end, and after a failure', async () => {
    let fetched = 0;
    const provider = memoized(() => (++fetched === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(lasting(-1))));
    await expect(provider()).rejects.toThrow('not yet');
    await provider();
    await provider();
    expect(fetched).toBe(3);
  });
});
