import { describe, expect, it } from '@jest/globals';
import type { ProcessOptions } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { faults, keeping, labOnAPort } from './lab-on-a-port.ts';

const KIND = { subject: 'ProcessingJob', name: 'ProcessingJobName' };
const base = { script: { name: 'clean.py', text: 'print(1)' } } satisfies ProcessOptions;

describe('a processing job', () => {
  it('whose instances share the data is sent as the service model has it, with every secure field', async () => {
    const { lab, service } = await labOnAPort(keeping([KIND]).answer);
    await lab.process({
      ...base,
      inputs: { shards: { s3Uri: 's3://credit-risk-data/a/', distribution: 'ShardedByS3Key' }, whole: 's3://credit-risk-data/b/' },
      outputs: ['clean'],
      arguments: ['--all'],
      instanceCount: 2,
    });
    const input = service.sent('CreateProcessingJob')[0]?.input ?? {};
    expect(faults('CreateProcessingJob', input)).toEqual([]);
    expect(input).toMatchObject({
      ProcessingInputs: [
        { InputName: 'shards', S3Input: { S3DataDistributionType: 'ShardedByS3Key', S3InputMode: 'File' } },
        { InputName: 'whole', S3Input: { S3DataDistributionType: 'FullyReplicated' } },
        { InputName: 'code', S3Input: { S3DataDistributionType: 'FullyReplicated' } },
      ],
      ProcessingOutputConfig: { KmsKeyId: environment.keys.storage },
      ProcessingResources: { ClusterConfig: { InstanceCount: 2, VolumeKmsKeyId: environment.keys.volume } },
      NetworkConfig: { EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true },
      RoleArn: environment.roles.jobExecution,
    });
  });

  it('is there once although the connection broke after it was taken', async () => {
    const { kept, answer } = keeping([KIND], true);
    const { lab, service } = await labOnAPort(answer);
    expect((await lab.process({ ...base, name: 'once' })).name).toBe('once');
    expect([...kept.keys()]).toEqual(['ProcessingJob/once']);
    expect(service.sent('CreateProcessingJob').length).toBeGreaterThan(1);
  });

  it.each<[object, RegExp]>([
    [{ ...base, output: ['a'] }, /lab\.process: "output" is not an option/],
    [
      { ...base, inputs: { a: { s3Uri: 's3://credit-risk-data/a', mode: 'FastFile' } } },
      /inputs\.a\.mode: "FastFile" is not one of File, Pipe/,
    ],
    [{ ...base, inputs: { a: { s3Uri: 's3://credit-risk-data/a', contentType: 'text/csv' } } }, /inputs\.a\.contentType: it has no effect/],
  ])('%j is refused before anything is sent', async (options, message) => {
    const { lab, service } = await labOnAPort(keeping([KIND]).answer);
    await expect(lab.process(options as ProcessOptions)).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
    await expect(lab.plan({ kind: 'process', ...(options as ProcessOptions) })).rejects.toMatchObject({ code: 'InvalidInput' });
    expect(service.requests).toEqual([]);
  });
});
