import { describe, expect, it } from '@jest/globals';
import type { CapturedRecord, CaptureFilters } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';
import { hostingService, trained } from './hosting-service.ts';
import { failure } from './refusals.ts';

/** A line as SageMaker writes it (AWS page "View captured data"). */
const line = (eventId: string, inferenceTime: string, data: string, encoding = 'CSV', observedContentType = 'text/csv') =>
  JSON.stringify({
    captureData: {
      endpointInput: { observedContentType, mode: 'INPUT', data, encoding },
      endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', data: '[0.25]', encoding: 'JSON' },
    },
    eventMetadata: { eventId, inferenceTime },
    eventVersion: '0',
  });

describe('data capture', () => {
  it('goes to the model bucket with the storage key', async () => {
    const { lab, service } = await hostingService();
    await lab.deploy(trained, { name: 'credit', wait: false, capture: { percent: 30, output: false } });
    expect(service.sent('CreateEndpointConfig')[0]?.input['DataCaptureConfig']).toEqual({
      EnableCapture: true,
      InitialSamplingPercentage: 30,
      DestinationS3Uri: `s3://${environment.buckets.model}/data-capture`,
      CaptureOptions: [{ CaptureMode: 'Input' }],
      CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json', 'application/jsonlines'] },
      KmsKeyId: environment.keys.storage,
    });
  });

  it('is read back: by variant and time, decoded', async () => {
    const { lab, objects } = await hostingService();
    const endpoint = await lab.deploy(trained, { name: 'credit', wait: false, capture: true });
    const put = (place: string, ...lines: string[]) =>
      objects.set(`${environment.buckets.model}/data-capture/${place}`, { content: `${lines.join('\n')}\n`, headers: {} });
    put('credit/AllTraffic/2026/11/21/09/a.jsonl', line('1', '2026-11-21T09:59:59Z', '1,2'));
    put(
      'credit/AllTraffic/2026/11/21/10/b.jsonl',
      line('3', '2026-11-21T10:00:07Z', Buffer.from('été').toString('base64'), 'BASE64', 'text/plain'),
      line('2', '2026-11-21T10:00:05Z', '3,4'),
    );
    put('credit/Shadow/2026/11/21/10/c.jsonl', line('4', '2026-11-21T10:00:06Z', '{"age":3}', 'JSON', 'application/json'));
    put('credit/AllTraffic/2026/11/21/10/b.txt', 'not a record');
    put('credit-of-another/AllTraffic/2026/11/21/10/d.jsonl', line('5', '2026-11-21T10:00:08Z', '5'));

    const records = async (filters?: CaptureFilters) => {
      const all: CapturedRecord[] = [];
      for await (const record of endpoint.captured(filters)) all.push(record);
      return all;
    };
    const all = await records();
    expect(all.map(({ eventId, variant, input }) => [eventId, variant, input?.value])).toEqual([
      ['1', 'AllTraffic', [[1, 2]]],
      ['2', 'AllTraffic', [[3, 4]]],
      ['3', 'AllTraffic', 'été'],
      ['4', 'Shadow', { age: 3 }],
    ]);
    expect(all[0]).toMatchObject({ time: new Date('2026-11-21T09:59:59Z'), output: { value: [0.25], contentType: 'application/json' } });
    const ids = async (filters: CaptureFilters) => (await records(filters)).map(({ eventId }) => eventId);
    expect(await ids({ since: new Date('2026-11-21T10:00:05.900Z'), variant: 'AllTraffic' })).toEqual(['2', '3']);
    expect(await ids({ since: new Date('2026-11-21T10:00:06Z') })).toEqual(['3', '4']);
    expect(await ids({ limit: 2 })).toEqual(['1', '2']);
    expect(await ids({ limit: 0 })).toEqual([]);
  });

  it('is not looked for where nothing is captured', async () => {
    const { lab } = await hostingService();
    const endpoint = await lab.deploy(trained, { name: 'credit', wait: false });
    expect(await failure(endpoint.captured().next())).toMatchObject({
      code: 'InvalidInput',
      remedy: expect.stringContaining('capture: true'),
    });
  });
});
