import { CONTROLS, GUARDED_BY_REFERENCE, REFUSED, SCHEMA_VERSION } from '../contract/index.ts';
import { takesTags } from './operation.ts';
import { S3_RULES } from './s3.ts';

/** The contract as data, for readers in other languages (`controls.json`): the Python defaults among them. */
export interface ExportedControls {
  readonly schemaVersion: string;
  readonly operations: typeof CONTROLS;
  readonly guardedByReference: typeof GUARDED_BY_REFERENCE;
  /** Operations that the environment refuses, each with the reason. */
  readonly refused: typeof REFUSED;
  /** Operations whose name begins with one of these only read. */
  readonly readOnlyPrefixes: readonly string[];
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
    readOnlyPrefixes: ['Describe', 'List', 'Search', 'Get', 'BatchDescribe'],
    taggedOperations: [...Object.keys(CONTROLS), ...Object.keys(GUARDED_BY_REFERENCE)].filter(takesTags),
    s3: S3_RULES,
  };
}
