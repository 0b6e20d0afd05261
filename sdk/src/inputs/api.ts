/** A value of a table that can be written as CSV. */
export type Cell = string | number | bigint | boolean | null | undefined | Date;

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
 * - `{ rows }`: rows of cells, or records (their keys become the header), written as CSV.
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
      readonly columns?: readonly string[];
      readonly name?: string;
    };

/** How far an upload is. `bytes` and `totalBytes` count content before encryption. */
export interface UploadProgress {
  readonly file: string;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface UploadOptions {
  /** Bucket by purpose; `data` unless given. */
  readonly to?: 'data' | 'model' | 'artifacts';
  /** Key prefix; `uploads/<hash of the content>` unless given. */
  readonly prefix?: string;
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
