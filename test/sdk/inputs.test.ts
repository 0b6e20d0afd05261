import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataInput, UploadProgress } from '@sealab/sdk';
import { bytesText } from '../../sdk/src/inputs/bytes-text.ts';
import { environment } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { failure } from './refusals.ts';
import type { Received } from './service-on-a-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-inputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files `00` … of a folder of that name, each with its number as content. */
function filesIn(name: string, count: number): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'deep'), { recursive: true });
  for (let index = 0; index < count; index++)
    writeFileSync(join(path, index % 2 === 0 ? '.' : 'deep', String(index).padStart(2, '0')), `content ${index}`);
  return path;
}

const isPut = ({ operation }: Received) => operation.startsWith('PUT ');
const keyOf = ({ operation }: Received) => /^\w+ \/[^/]+\/([^?]*)/.exec(operation)?.[1] ?? '';

describe('uploads', () => {
  it('send the files of a folder several at a time, but not all at once', async () => {
    let [open, most] = [0, 0];
    const { lab, service } = await labOnAPort(async (request) => {
      if (!isPut(request)) return { empty: 403 };
      most = Math.max(most, ++open);
      await pause(10);
      open--;
      return { empty: 200 };
    });
    const sent = await lab.upload(filesIn('many', 30));
    expect(service.requests.filter(isPut)).toHaveLength(30);
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(6);
    expect(sent.keys).toEqual([...sent.keys].sort());
    expect(sent).toMatchObject({
      s3Uri: expect.stringMatching(/^s3:\/\/credit-risk-data\/uploads\/[0-9a-f]{32}\/$/),
      bytes: 10 * 9 + 20 * 10,
    });
    for (const { headers } of service.requests.filter(isPut)) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': environment.keys.storage,
      });
    }
  });

  it('send only what is missing after one that broke', async () => {
    const there = new Map<string, number>();
    let broken = true;
    const { lab, service } = await labOnAPort((request) => {
      if (isPut(request)) {
        if (broken && there.size >= 5) return { error: 'AccessDenied', message: 'no', status: 403 };
        there.set(keyOf(request), request.body.length);
        return { empty: 200 };
      }
      const contents = [...there].map(([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`).join('');
      return {
        content: `<ListBucketResult>${contents}<IsTruncated>false</IsTruncated></ListBucketResult>`,
        headers: { 'content-type': 'application/xml' },
        status: 200,
      };
    });
    const path = filesIn('resumed', 20);
    expect(await failure(lab.upload(path))).toMatchObject({ code: 'AccessDenied' });
    const first = new Set(there.keys());
    expect(first.size).toBe(5);
    broken = false;
    service.requests.length = 0;
    await lab.upload(path);
    const again = service.requests.filter(isPut).map(keyOf);
    expect(again).toHaveLength(15);
    expect(again.filter((key) => first.has(key))).toEqual([]);
    expect(there.size).toBe(20);
  });

  it('stop when one fails, and say why', async () => {
    const { lab, service } = await labOnAPort((request) =>
      isPut(request) ? { error: 'AccessDenied', message: 'not you', status: 403 } : { empty: 403 },
    );
    expect(await failure(lab.upload(filesIn('refused', 40)))).toMatchObject({ code: 'AccessDenied' });
    expect(service.requests.filter(isPut).length).toBeLessThanOrEqual(6);
  });

  it('stop when they are aborted', async () => {
    const stop = new AbortController();
    const { lab, service } = await labOnAPort((request) => {
      if (isPut(request)) stop.abort(new Error('enough'));
      return { empty: isPut(request) ? 200 : 403 };
    });
    await expect(lab.upload(filesIn('aborted', 40), { signal: stop.signal })).rejects.toThrow(/enough|abort/i);
    expect(service.requests.filter(isPut).length).toBeLessThanOrEqual(12);
  });

  it.each<[string, DataInput, string, string, string | undefined]>([
    ['rows', { rows: [[1, 2]] }, 'data.csv', '1,2\n', 'text/csv'],
    ['columns', { columns: { a: [1, 2], b: new Float64Array([0.5, NaN]) } }, 'data.csv', 'a,b\n1,0.5\n2,NaN\n', 'text/csv'],
    ['a typed array', new Int32Array([3, 4]), 'data.csv', '3\n4\n', 'text/csv'],
    ['Arrow', { arrow: new TextEncoder().encode('ARROW1 and more') }, 'data.arrow', 'ARROW1 and more', 'application/vnd.apache.arrow.file'],
    ['text', { text: 'a,b\n', name: 'train.csv' }, 'train.csv', 'a,b\n', undefined],
  ])('write %s, and tell the channel what it is', async (_, data, name, body, contentType) => {
    const { lab, service } = await labOnAPort(({ operation }) =>
      operation.startsWith('PUT') ? { empty: 200 } : { json: { TrainingJobArn: 'arn' } },
    );
    await lab.train({ script: { name: 'train.py', text: 'print(1)' }, data });
    const put = service.requests.find((request) => isPut(request) && keyOf(request).endsWith(`/${name}`));
    expect(put?.body).toContain(body);
    if (contentType !== undefined) expect(put?.headers['content-type']).toBe(contentType);
    const [channel] = (service.sent('CreateTrainingJob')[0]?.input as { InputDataConfig: { ContentType?: string }[] }).InputDataConfig;
    expect(channel?.ContentType).toBe(contentType);
  });

  it('report the progress of each file', async () => {
    const { lab } = await labOnAPort((request) => ({ empty: isPut(request) ? 200 : 403 }));
    const seen: UploadProgress[] = [];
    await lab.upload(filesIn('reported', 3), { onProgress: (progress) => seen.push(progress) });
    for (const file of ['00', '02', 'deep/01']) {
      expect(seen.filter((progress) => progress.file === file)).toEqual([
        { file, bytes: 0, totalBytes: 9 },
        { file, bytes: 9, totalBytes: 9 },
      ]);
    }
  });
});

describe('progress in the notebook', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [250_000_000, '250 MB'],
    [3.2e13, '32.0 TB'],
  ])('counts %d as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
