import { CONTROLS, GUARDED_BY_REFERENCE, READ_ONLY_PREFIXES, REFUSED, SCHEMA_VERSION } from '../contract/index.ts';
import { takesTags } from './operation.ts';
import { S3_RULES } from './s3.ts';

/** The contract as data, for readers in other languages (`controls.json`): the Python defaults among them. */
export interface ExportedControls {
  readonly schemaVersion: string;
  readonly operations: typeof CONTROLS;
  readonly guardedByReference: typeof GUARDED_BY_REFERENCE;
  /** Operations that the environment refuses, each with the reason. */
  readonly refused: typeof REFUSED;
  readonly readOnlyPrefixes: typeof READ_ONLY_PREFIXES;
  /** Operations whose request takes the tags of the environment. */
  readonly taggedOperations: readonly string[];
  readonly s3: typeof S3_RULES;
}

/** The content of `controls.json`. Plain data: `JSON.stringify` it. */
export function exportControls(): ExportedControls {
  return {
    schemaVersion: SCHEMA_VERSION,
    operations: CONTROLS,
    guardedByReference: GUARDED_BY_REFERENCE,
    refused: REFUSED,
    readOnlyPrefixes: READ_ONLY_PREFIXES,
    taggedOperations: [...Object.keys(CONTROLS), ...Object.keys(GUARDED_BY_REFERENCE)].filter(takesTags),
    s3: S3_RULES,
  };
}
