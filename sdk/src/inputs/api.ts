/**
 * A value of a table that can be written as CSV:
 * - text as it is, quoted where RFC 4180 wants it; `true` and `false`
 * - numbers so that they read back the same; `NaN`, `Infinity`, `-Infinity` by these names, which pandas, NumPy, R and Spark read
 * - `bigint` with all its digits
 * - `null` and `undefined` as nothing between the commas: a missing value
 * - `Date` as ISO 8601 in UTC, with milliseconds
 *
 * Anything else is refused, with the row and the column.
 */
export type Cell = string | number | bigint | boolean | null | undefined | Date;

/** Numbers of one kind. Those of a `Float32Array` are written with as many digits as 32 bits hold. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | BigInt64Array
  | BigUint64Array;

/** A column: numbers of one kind, or cells. */
export type Column = NumberArray | readonly Cell[];

/** The part of a table of the package `apache-arrow` that is used; any version of it will do. */
export interface ArrowTable {
  readonly schema: {
    readonly fields: readonly { readonly name: string; readonly type?: { readonly typeId?: number; readonly precision?: number } }[];
  };
  readonly numRows: number;
  /** The column of this number: its values by row. */
  getChildAt(index: number): {
    readonly length: number;
    /** The value of a row; `null` where it is missing. */
    get(row: number): unknown;
  } | null;
}

/**
 * How a container sees a channel: copied before it starts, streamed as files when they are read, or as one pipe an epoch.
 * Source: SageMaker, `Channel.InputMode`.
 */
export type InputMode = 'File' | 'FastFile' | 'Pipe';

/**
 * Data for a channel.
 * - `string`: an S3 URI (`s3://bucket/prefix`), or the path of a local file or folder, which is uploaded with the storage key.
 * - `{ text }`: the content of one file, `data.csv` unless `name` says otherwise.
 * - `{ bytes }`: the same, as bytes.
 * - `{ rows }`: rows of cells, all of the same length, or records (the keys of the first become the header), written as CSV.
 * - `{ columns }`: columns by name, all of the same length, written as CSV with the names as header.
 * - a typed array (`Float64Array` …): one column of CSV without a header. Bytes are meant by a `Uint8Array`: give `{ bytes }` or `{ columns }`.
 * - a table of `apache-arrow`: written as CSV, with the names of its columns as header; dates and timestamps as dates.
 * - `{ arrow }`: the bytes of an Arrow IPC file or stream, uploaded as they are (`data.arrow`, `data.arrows`).
 */
export type DataInput =
  | string
  | {
      readonly s3Uri: string;
      readonly contentType?: string;
      /** The job's `inputMode` unless given. */
      readonly mode?: InputMode;
      /** `ShardedByS3Key`: each instance of the job gets its share of the objects. `FullyReplicated` unless given. */
      readonly distribution?: 'FullyReplicated' | 'ShardedByS3Key';
    }
  | { readonly text: string; readonly name?: string }
  | { readonly bytes: Uint8Array; readonly name?: string }
  | {
      readonly rows: readonly (readonly Cell[])[] | readonly Readonly<Record<string, Cell>>[];
      /** Picks and orders the columns; written as the header. */
      readonly columns?: readonly string[];
      readonly name?: string;
    }
  | { readonly columns: Readonly<Record<string, Column>>; readonly name?: string }
  | { readonly arrow: Uint8Array; readonly name?: string }
  | Exclude<NumberArray, Uint8Array>
  | ArrowTable;

/** How far an upload is. `bytes` and `totalBytes` count content before encryption. */
export interface UploadProgress {
  readonly file: string;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Where an upload goes. */
export interface UploadOptions {
  /** Bucket by purpose; `data` unless given. */
  readonly to?: 'data' | 'model' | 'artifacts';
  /** Key prefix; `uploads/<hash of the content>` unless given. */
  readonly prefix?: string;
  /** Called for each file as its bytes go out; a notebook shows the progress by itself unless given. */
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
}

/** What was uploaded. */
export interface Uploaded {
  /** URI of the object, or of the folder when several files were uploaded. */
  readonly s3Uri: string;
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly bytes: number;
}
