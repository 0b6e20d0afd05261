import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportControls } from '@sealab/sdk/secure';
import { environment } from '../sdk/environment-fixture.ts';
import { broken, capture, unencrypted } from './captures.ts';
import type { Capture } from './captures.ts';

/** Operations of each step, with the rules that the SDK breaks when left alone (those of rows that are there already). */
const NETWORK = ['SecurityGroups', 'Subnets'];
const STEPS = {
  train: { CreateTrainingJob: [...NETWORK, 'OutputKey', 'Tags', 'TrafficEncryption', 'VolumeKey'] },
  process: { CreateProcessingJob: [...NETWORK, 'NetworkIsolation', 'OutputKey', 'Tags', 'TrafficEncryption', 'VolumeKey'] },
  transform: { CreateTransformJob: ['OutputKey', 'Tags', 'VolumeKey'] },
  tune: { CreateHyperParameterTuningJob: [...NETWORK, 'OutputKey', 'Tags', 'TrafficEncryption'] },
  deploy: { CreateModel: [...NETWORK, 'Tags'], CreateEndpointConfig: ['Tags', 'VolumeKey'], CreateEndpoint: ['Tags'] },
} as const;
type Step = keyof typeof STEPS;

const { operations, guardedByReference } = exportControls();
const isCovered = (operation: string) => operation in operations || operation in guardedByReference;
const sentOperations = Object.entries(STEPS).flatMap(([step, sent]) =>
  Object.entries(sent as Readonly<Record<string, readonly string[]>>).map(([operation, missing]) => ({
    step: step as Step,
    operation,
    missing,
  })),
);

describe.each([
  ['2', 'sagemaker-v2', 'sagemaker_v2.py'],
  ['3', 'bench', 'sagemaker_v3.py'],
] as const)('the SageMaker Python SDK %s', (generation, client, script) => {
  let [alone, secured]: (Capture | undefined)[] = [];
  beforeAll(async () => {
    [alone, secured] = await Promise.all([capture(client, script, false), capture(client, script, true)]);
  }, 600_000);
  const bodies = (from: Capture | undefined, step: Step, operation: string) => from?.recorder.sent(step, operation) ?? [];

  it('gets through every step that the contract covers, and is told where it does not', () => {
    for (const [step, sent] of Object.entries(STEPS))
      expect([step, secured?.outcome[step]]).toEqual([
        step,
        Object.keys(sent).every(isCovered) ? 'sent' : expect.stringMatching(/^SealabError: OperationNotCovered: /),
      ]);
    expect(new Set(Object.values(alone?.outcome ?? {}))).toEqual(new Set(['sent']));
  });

  it.each(sentOperations.filter(({ operation }) => isCovered(operation)))(
    'sends every secure field: $operation',
    ({ step, operation, missing }) => {
      const [request, ...more] = bodies(secured, step, operation);
      expect(more).toEqual([]);
      expect(broken(operation, request ?? {})).toEqual([]);
      // What it sends when left alone tells that something was looked at.
      expect(broken(operation, bodies(alone, step, operation)[0] ?? {})).toEqual(expect.arrayContaining([...missing]));
    },
  );

  it('keeps what the caller gave: variables, hyperparameters, data', () => {
    const [train] = bodies(secured, 'train', 'CreateTrainingJob');
    expect(train?.['Environment']).toEqual({ MINE: '1' });
    const [process] = bodies(secured, 'process', 'CreateProcessingJob');
    expect(process?.['Environment']).toEqual({ MINE: '1' });
    expect((train?.['InputDataConfig'] as { ChannelName: string }[]).map(({ ChannelName }) => ChannelName)).toEqual(
      expect.arrayContaining(['train', 'code']),
    );
  });

  it('hands code over in a channel, because an isolated container cannot fetch it', () => {
    const [tune] = bodies(secured, 'tune', 'CreateHyperParameterTuningJob');
    const { StaticHyperParameters = {}, InputDataConfig = [] } = (tune?.['TrainingJobDefinition'] ?? {}) as {
      StaticHyperParameters?: Record<string, string>;
      InputDataConfig?: { ChannelName: string }[];
    };
    const directory = StaticHyperParameters['sagemaker_submit_directory'];
    // The tuner of generation 2 has a trainer without code here.
    expect(directory === undefined).toBe(generation === '2');
    if (directory === undefined) return;
    expect(directory).toMatch(/^"?\/opt\/ml\/input\/data\/code\/sourcedir\.tar\.gz"?$/);
    expect(InputDataConfig.map(({ ChannelName }) => ChannelName)).toContain('code');
  });

  it('encrypts every upload with the storage key', () => {
    const uploads = (from: Capture | undefined) => from?.recorder.requests.filter(({ operation }) => operation === 'PUT').length ?? 0;
    expect(uploads(secured)).toBeGreaterThan(2);
    expect(secured === undefined ? undefined : unencrypted(secured)).toEqual([]);
    expect(alone === undefined ? undefined : unencrypted(alone).length).toBe(uploads(alone));
  });

  it('puts what it uploads into the project’s bucket', () => {
    const places = secured?.recorder.requests.filter(({ operation }) => operation === 'PUT').map(({ path }) => path.split('/')[1]);
    expect([...new Set(places)]).toEqual([environment.buckets.model]);
  });
});
