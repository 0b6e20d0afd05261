/** One line of a log. */
export interface LogLine {
  /** Part of the job that wrote it: `algo-1`; the variant for an endpoint. */
  readonly source: string;
  readonly timestamp: Date;
  /** As written: it may hold ANSI codes or HTML. Show it as text. */
  readonly message: string;
  /** Opaque position behind this line: `logs({ after })` goes on exactly there. */
  readonly cursor: string;
}

/** From where on a log is read, and until when. */
export interface LogOptions {
  /** `true`: goes on until the job has ended and its last line was read. `false`: what is there now. `true` unless given. */
  readonly follow?: boolean;
  /** Go on behind the line with this cursor. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}
