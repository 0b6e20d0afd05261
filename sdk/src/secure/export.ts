import { CONTROLS, GUARDED_BY_REFERENCE, REFUSED, SCHEMA_VERSION } from '../contract/index.ts';

/** The contract as data, for readers in other languages (`controls.json`): the Python defaults among them. */
export interface ExportedControls {
  readonly schemaVersion: string;
  readonly operations: typeof CONTROLS;
  readonly guardedByReference: typeof GUARDED_BY_REFERENCE;
  /** Operations that the environment refuses, each with the reason. */
  readonly refused: typeof REFUSED;
  /** Operations whose name begins with one of these only read. */
  readonly readOnlyPrefixes: readonly string[];
}

/** The content of `controls.json`. Plain data: `JSON.stringify` it. */
export function exportControls(): ExportedControls {
  return {
    schemaVersion: SCHEMA_VERSION,
    operations: CONTROLS,
    guardedByReference: GUARDED_BY_REFERENCE,
    refused: REFUSED,
    readOnlyPrefixes: ['Describe', 'List', 'Search', 'Get', 'BatchDescribe'],
  };
}
