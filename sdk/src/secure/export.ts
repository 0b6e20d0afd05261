import {
  CONTROLS,
  GUARDED_BY_REFERENCE,
  MOST_PIPELINE_CHARACTERS,
  PIPELINE_DEFINING,
  PIPELINE_STEPS,
  READ_ONLY_PREFIXES,
  REFUSED,
  REFUSED_PIPELINE_STEPS,
  SCHEMA_VERSION,
  STEP_OUTPUTS,
} from '../contract/index.ts';
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
  /** How the rules reach into the definitions of pipelines. The form of a definition is a JSON Schema of its own. */
  readonly pipelines: {
    readonly definedBy: typeof PIPELINE_DEFINING;
    readonly mostCharacters: number;
    readonly steps: typeof PIPELINE_STEPS;
    readonly refusedSteps: typeof REFUSED_PIPELINE_STEPS;
    /** Regular expression of references to what other steps write. */
    readonly outputs: string;
  };
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
    pipelines: {
      definedBy: PIPELINE_DEFINING,
      mostCharacters: MOST_PIPELINE_CHARACTERS,
      steps: PIPELINE_STEPS,
      refusedSteps: REFUSED_PIPELINE_STEPS,
      outputs: STEP_OUTPUTS.source,
    },
  };
}
