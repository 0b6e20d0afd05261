/** A value of a table that can be written as CSV. */
export type Cell = string | number | bigint | boolean | null | undefined | Date;

/**
 * Data for a channel.
 * - `string`: an S3 URI (`s3://bucket/prefix`), or the path of a local file or folder, which is uploaded with the storage key.
 * - `{ text }`: the content of one file, `data.csv` unless `name` says otherwise.
 * - `{ bytes }`: the same, as bytes.
 * - `{ rows }`: rows of cells, or records (their keys become the header), written as CSV.
 */
export type DataInput =
  | string
  | { readonly s3Uri: string; readonly contentType?: string; readonly mode?: 'File' | 'FastFile' }
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
