import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const home = mkdtempSync(join(tmpdir(), 'sealab-list-'));
process.env['SEALAB_HOME'] = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('ten thousand jobs are read and listed quickly, and paging neither repeats nor leaves out', async () => {
  const { Store } = await import('../../../local/gateway/services/sagemaker/store.ts');
  const { listResources } = await import('../../../local/gateway/services/sagemaker/listing.ts');
  const jobs = new Store('many');
  for (let number = 0; number < 10_000; number++)
    jobs.save({ name: `job-${String(number)}`, arn: `arn:${String(number)}`, creationTime: Math.floor(number / 7), lastModifiedTime: 0 });
  const read = performance.now();
  const again = new Store('many');
  expect(performance.now() - read).toBeLessThan(3_000);
  const listed = performance.now();
  for (let round = 0; round < 10; round++) expect(listResources(again.all(), { MaxResults: 100 }).page).toHaveLength(100);
  expect((performance.now() - listed) / 10).toBeLessThan(100);
  const names = new Set<string>();
  for (let NextToken: string | undefined, pages = 0; pages === 0 || NextToken !== undefined; pages++) {
    const page = listResources(again.all(), { MaxResults: 97, ...(NextToken === undefined ? {} : { NextToken }) });
    for (const { name } of page.page) names.add(name);
    NextToken = page.NextToken;
    // A job that appears meanwhile moves nothing.
    if (pages === 3) again.save({ name: 'late', arn: 'late', creationTime: 99_999, lastModifiedTime: 0 });
  }
  expect(names.size).toBe(10_000);
});
