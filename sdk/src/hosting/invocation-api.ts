import type { Cell } from '../inputs/api.ts';

/** Rows are sent as CSV. */
export type InvocationBody = readonly (readonly Cell[])[] | string | Uint8Array;

interface ContentOptions {
  /** `text/csv` for rows and text, `application/octet-stream` for bytes, unless given. */
  readonly contentType?: string;
  /** `application/json` unless given. */
  readonly accept?: string;
  /** Written beside the request and the answer in what is captured. */
  readonly inferenceId?: string;
  readonly signal?: AbortSignal;
}

/** Media types, and which of several models is asked. */
export interface InvokeOptions extends ContentOptions {
  /** Archive of a multi-model endpoint, with or without `.tar.gz`. */
  readonly targetModel?: string;
  readonly targetVariant?: string;
  /** Host name of a container in `direct` mode. */
  readonly targetContainer?: string;
}

/** The same for an answer in pieces, which multi-model endpoints do not give. */
export type StreamOptions = Omit<InvokeOptions, 'targetModel'>;

/** Media types, and how long a request may wait and take. */
export interface AsyncInvokeOptions extends ContentOptions {
  /** Seconds that the request may wait in the queue, 60 to 21,600; 21,600 unless given. */
  readonly queueTimeout?: number;
  /** Seconds that the model may take, 1 to 3,600; 900 unless given. */
  readonly modelTimeout?: number;
}

/** An answer of the model container. */
export interface Prediction {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Parsed: JSON as it is, CSV as rows of numbers and strings; the text for anything else. */
  readonly value: unknown;
  readonly milliseconds: number;
}

/** A request in the queue of an asynchronous endpoint. */
export interface AsyncInvocation {
  readonly id: string;
  readonly inputLocation: string;
  /** Where the answer will be. */
  readonly outputLocation: string;
  /** Where an error will be; `undefined` where the endpoint writes none. */
  readonly failureLocation: string | undefined;
  /**
   * Waits for the answer. Throws `InvocationFailed` with the container's message when an error was written instead, `WaitEnded` at the deadline
   * or when aborted. `timeout` in seconds; without one it waits as long as it takes.
   */
  result(options?: { readonly timeout?: number; readonly signal?: AbortSignal }): Promise<Prediction>;
}

/** An answer in pieces: bytes when iterated, text by `text()`. Each iteration asks the endpoint once. */
export interface ResponseStream extends AsyncIterable<Uint8Array> {
  /** The pieces decoded as UTF-8; a character that is cut in two comes with the second piece. */
  text(): AsyncIterableIterator<string>;
}

/** Which captured records are read. */
export interface CaptureFilters {
  /** Requests from this moment on. */
  readonly since?: Date;
  /** Records at most; all of them unless given. */
  readonly limit?: number;
  /** One variant; all of them, one after the other, unless given. */
  readonly variant?: string;
  readonly signal?: AbortSignal;
}

/** One side of a captured request. */
export interface CapturedData {
  readonly contentType: string;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Parsed as the value of a `Prediction`. */
  readonly value: unknown;
}

/** A request and its answer, as data capture wrote them. */
export interface CapturedRecord {
  readonly eventId: string;
  readonly inferenceId: string | undefined;
  /** When the endpoint answered, to the second. */
  readonly time: Date;
  readonly variant: string;
  readonly input: CapturedData | undefined;
  readonly output: CapturedData | undefined;
  /** The S3 object that holds it. */
  readonly location: string;
}
