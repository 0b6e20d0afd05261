import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PATHS } from '../../../paths.ts';
import { readState, writeState } from '../../state-file.ts';
import type { CheckedRecord } from './feature-values.ts';
import { now } from './store.ts';

interface Stored extends CheckedRecord {
  /** Seconds since the epoch. */
  readonly expires?: number;
  /** Deleted softly: its time still keeps older events out. */
  readonly deleted?: boolean;
}

const folderOf = (group: string): string => join(PATHS.state, 'sagemaker', 'feature-records', group);
const fileOf = (group: string, identifier: string): string =>
  join(folderOf(group), `${createHash('sha256').update(identifier).digest('hex')}.json`);
const read = (group: string, identifier: string): Stored | undefined => readState<Stored | undefined>(fileOf(group, identifier), undefined);

/** The latest record of each identifier, a file each; an event that is older than what is there changes nothing. */
export const onlineStore = {
  put(group: string, record: CheckedRecord, ttl: number | undefined): void {
    const before = read(group, record.identifier);
    if (before !== undefined && before.eventTime > record.eventTime) return;
    writeState(fileOf(group, record.identifier), { ...record, ...(ttl === undefined ? {} : { expires: record.eventTime + ttl }) });
  },
  /** @returns nothing for what is not there, deleted or expired */
  get(group: string, identifier: string): Stored | undefined {
    const record = read(group, identifier);
    return record === undefined || record.deleted === true || (record.expires ?? Infinity) <= now() ? undefined : record;
  },
  delete(group: string, identifier: string, eventTime: number, hard: boolean): void {
    const before = read(group, identifier);
    if (before === undefined || before.eventTime > eventTime) return;
    if (hard) rmSync(fileOf(group, identifier), { force: true });
    else writeState(fileOf(group, identifier), { identifier, eventTime, values: {}, deleted: true });
  },
  deleteGroup(group: string): void {
    rmSync(folderOf(group), { recursive: true, force: true });
  },
};
