import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PATHS } from '../../../paths.ts';
import type { Platform } from '../../platform.ts';
import { RoleSession } from '../../../runner/role-session.ts';
import { joinS3, parseS3Uri } from '../../../runner/s3-locations.ts';
import type { CheckedRecord, FeatureDefinition } from './feature-values.ts';
import type { PlainRecord } from './record-operations.ts';
import { randomLetters } from './random-letters.ts';

/** One appended row: offline, every event is kept, also those that are older than what is online. */
export interface OfflineRow extends CheckedRecord {
  readonly written: number;
  readonly deleted: boolean;
}

/** AWS gathers records for up to fifteen minutes. */
const GATHER_MS = 1_000;

const journalOf = (group: string): string => join(PATHS.state, 'sagemaker', 'feature-offline', `${group}.jsonl`);
const two = (value: number): string => String(value).padStart(2, '0');

/**
 * The append-only store of feature groups in S3: Parquet, a file for each hour of event time and each gathering, written as the
 * group's role. Rows are in a journal on disk before PutRecord answers.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
 */
export class OfflineStore {
  readonly #platform: Platform;
  /** Told when writing was refused, and when it works again. */
  readonly #blocked: (group: PlainRecord, reason: string | undefined) => void;
  readonly #flushing = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(platform: Platform, blocked: (group: PlainRecord, reason: string | undefined) => void) {
    this.#platform = platform;
    this.#blocked = blocked;
    platform.onShutdown(async () => {
      // What is in the journals is written at the next start.
      for (const timer of this.#timers.values()) clearTimeout(timer);
      await Promise.all(this.#flushing.values());
    });
  }

  append(group: PlainRecord, row: OfflineRow): void {
    const journal = journalOf(group.name);
    mkdirSync(dirname(journal), { recursive: true, mode: 0o700 });
    appendFileSync(journal, `${JSON.stringify(row)}\n`, { mode: 0o600 });
    this.resume(group);
  }

  /** Writes what the journal has, soon. */
  resume(group: PlainRecord): void {
    const { name } = group;
    if (this.#timers.has(name) || !(existsSync(journalOf(name)) || existsSync(`${journalOf(name)}.writing`))) return;
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        const before = this.#flushing.get(name) ?? Promise.resolve();
        const flushed = before.then(() => this.#flush(group)).catch(() => undefined);
        this.#flushing.set(name, flushed);
      }, GATHER_MS),
    );
  }

  forget(group: PlainRecord): void {
    clearTimeout(this.#timers.get(group.name));
    this.#timers.delete(group.name);
    for (const file of [journalOf(group.name), `${journalOf(group.name)}.writing`]) rmSync(file, { force: true });
  }

  async #flush(group: PlainRecord): Promise<void> {
    const journal = journalOf(group.name);
    const writing = `${journal}.writing`;
    try {
      // What an earlier attempt left comes first.
      if (existsSync(writing)) await this.#write(group, writing);
      if (!existsSync(journal)) return;
      renameSync(journal, writing);
      await this.#write(group, writing);
    } catch (error) {
      this.#blocked(group, error instanceof Error ? error.message : String(error));
    }
  }

  async #write(group: PlainRecord, file: string): Promise<void> {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const byHour = new Map<number, OfflineRow[]>();
    for (const line of lines) {
      const row = JSON.parse(line) as OfflineRow;
      const hour = Math.floor(row.eventTime / 3_600);
      byHour.set(hour, [...(byHour.get(hour) ?? []), row]);
    }
    const { ResolvedOutputS3Uri, KmsKeyId } = storageOf(group);
    const role = new RoleSession(this.#platform, group.request['RoleArn'] as string, group.arn);
    const s3 = new S3Client({ ...(await role.config({ kind: 'host' })), forcePathStyle: true });
    for (const [hour, rows] of byHour) {
      const time = new Date(hour * 3_600_000);
      const latest = new Date(Math.max(...rows.map(({ eventTime }) => eventTime)) * 1000);
      const folder = `year=${String(time.getUTCFullYear())}/month=${two(time.getUTCMonth() + 1)}/day=${two(time.getUTCDate())}/hour=${two(time.getUTCHours())}`;
      const name = `${latest.toISOString().replace(/[-:]|\.\d+/g, '')}_${randomLetters(16)}.parquet`;
      const { bucket, key } = parseS3Uri(joinS3(ResolvedOutputS3Uri, folder, name));
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: new Uint8Array(parquet(group.request['FeatureDefinitions'] as FeatureDefinition[], rows)),
          ServerSideEncryption: 'aws:kms',
          ...(KmsKeyId === undefined ? {} : { SSEKMSKeyId: KmsKeyId }),
        }),
      );
    }
    rmSync(file);
    this.#blocked(group, undefined);
  }
}

interface S3Storage {
  readonly S3Uri: string;
  readonly KmsKeyId?: string;
  readonly ResolvedOutputS3Uri: string;
}

export const storageOf = (group: PlainRecord): S3Storage =>
  (group.request['OfflineStoreConfig'] as { S3StorageConfig: S3Storage }).S3StorageConfig;

/** The columns that AWS writes: the features in their types, and three of its own. */
function parquet(features: readonly FeatureDefinition[], rows: readonly OfflineRow[]): ArrayBuffer {
  const columns = features.map(({ FeatureName: name, FeatureType }) => {
    const values = rows.map(({ values: given }) => given[name]);
    if (FeatureType === 'Integral')
      return { name, type: 'INT64' as const, data: values.map((value) => (value === undefined ? null : BigInt(value))) };
    if (FeatureType === 'Fractional')
      return { name, type: 'DOUBLE' as const, data: values.map((value) => (value === undefined ? null : Number(value))) };
    return { name, type: 'STRING' as const, data: values.map((value) => value ?? null) };
  });
  const times = rows.map(({ written }) => new Date(written * 1000));
  return parquetWriteBuffer({
    columnData: [
      ...columns,
      { name: 'write_time', type: 'TIMESTAMP', data: times },
      { name: 'api_invocation_time', type: 'TIMESTAMP', data: times },
      { name: 'is_deleted', type: 'BOOLEAN', data: rows.map(({ deleted }) => deleted) },
    ],
  });
}
