import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { instanceSize } from '../../../local/runner/instance-size.ts';
import { imageNameOf } from '../../../local/runner/images.ts';
import { MetricExtraction } from '../../../local/runner/metric-extraction.ts';
import { joinS3, parseS3Uri, pathInChannel } from '../../../local/runner/s3-locations.ts';
import { LogWriter, readLog } from '../../../local/runner/sandbox-log.ts';

describe('objects of a channel', () => {
  it.each([
    ['data/', 'data/a.csv', 'a.csv'],
    ['data/', 'data/deep/a.csv', 'deep/a.csv'],
    ['data', 'data/a.csv', 'a.csv'],
    ['data/a.csv', 'data/a.csv', 'a.csv'],
    ['data/part', 'data/part-1.csv', 'part-1.csv'],
    ['', 'a.csv', 'a.csv'],
    ['data/', 'data/', undefined],
    ['data/', 'data/deep/', undefined],
    ['data/', 'data/../../etc/passwd', undefined],
    ['data/', 'data//a.csv', undefined],
  ])('prefix %j, key %j: %j', (prefix, key, path) => expect(pathInChannel(prefix, key)).toBe(path));

  it('S3 URIs are taken apart and put together', () => {
    expect(parseS3Uri('s3://bucket/a/b')).toEqual({ bucket: 'bucket', key: 'a/b' });
    expect(parseS3Uri('s3://bucket')).toEqual({ bucket: 'bucket', key: '' });
    expect(() => parseS3Uri('https://bucket/a')).toThrow('is not an S3 URI');
    expect(joinS3('s3://bucket/out/', 'job', 'output')).toBe('s3://bucket/out/job/output');
  });
});

describe('metrics', () => {
  const line = (message: string, timestamp = 1_000) => ({ message, timestamp, end: 0 });

  it('are the first group of each expression, in the order of the lines', () => {
    const metrics = new MetricExtraction([
      { Name: 'auc', Regex: 'auc=([0-9.]+)' },
      { Name: 'loss', Regex: 'loss=([0-9.e-]+)' },
      { Name: 'broken', Regex: '(' },
    ]);
    expect(metrics.extract([line('auc=0.5 loss=1e-3', 2_500), line('nothing'), line('auc=0.75'), line('auc=.')])).toEqual([
      { name: 'auc', value: 0.5, timestamp: 2.5 },
      { name: 'loss', value: 0.001, timestamp: 2.5 },
      { name: 'auc', value: 0.75, timestamp: 1 },
    ]);
  });

  it('cannot hold up the gateway', () => {
    const metrics = new MetricExtraction([
      { Name: 'evil', Regex: '((a+)+)+$' },
      { Name: 'auc', Regex: 'auc=([0-9.]+)' },
    ]);
    const started = Date.now();
    expect(metrics.extract([line(`${'a'.repeat(60)}!`), line('auc=1')])).toEqual([{ name: 'auc', value: 1, timestamp: 1 }]);
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});

describe('the log of a sandbox', () => {
  it('keeps lines whole however they arrive, and can be read on from any line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealab-log-'));
    const path = join(folder, 'log');
    const writer = new LogWriter(openSync(path, 'a'));
    const bytes = Buffer.from('grüße\r\nzwei\n\ndrei');
    for (const byte of bytes) writer.write(Buffer.from([byte]));
    expect((await readLog(path, 0)).map(({ message }) => message)).toEqual(['grüße', 'zwei', '']);
    writer.write(Buffer.from(`\n${'x'.repeat(450_000)}\n`));
    writer.close();
    const lines = await readLog(path, 0);
    expect(lines.map(({ message }) => message.length)).toEqual([5, 4, 0, 4, 200_000, 200_000, 50_000]);
    expect((await readLog(path, lines[2]?.end ?? 0)).map(({ message }) => message.length)).toEqual([4, 200_000, 200_000, 50_000]);
    expect(await readLog(join(folder, 'none'), 0)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('images and instance types', () => {
  it('an image is known by the name of its repository', () => {
    expect(imageNameOf('141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3')).toBe('sagemaker-scikit-learn');
    expect(imageNameOf(`1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn@sha256:${'a'.repeat(64)}`)).toBe('sagemaker-scikit-learn');
    expect(imageNameOf('1.dkr.ecr.eu-west-1.amazonaws.com/notebook:1')).toBeUndefined();
    expect(imageNameOf('1.dkr.ecr.eu-west-1.amazonaws.com/../sagemaker-scikit-learn/..:1')).toBeUndefined();
  });

  it('a larger type has no less than a smaller one', () => {
    const sizes = ['ml.t3.medium', 'ml.m5.large', 'ml.m5.xlarge', 'ml.m5.24xlarge'].map(instanceSize);
    expect(sizes.map(({ memoryMb }) => memoryMb)).toEqual(sizes.map(({ memoryMb }) => memoryMb).toSorted((a, b) => a - b));
    for (const { cpus, memoryMb } of sizes) {
      expect(cpus).toBeGreaterThan(0);
      expect(memoryMb).toBeGreaterThanOrEqual(512);
    }
  });
});
