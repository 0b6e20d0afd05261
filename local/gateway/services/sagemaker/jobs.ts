import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { imageNameOf } from '../../../runner/images.ts';
import type { Job, JobKind, JobMetric, JobPhase, JobRunner } from '../../../runner/job-interface.ts';
import { MOST_INSTANCES } from '../../../runner/job-hosts.ts';
import { instancesOf, notRunnable } from '../../../runner/job-plan.ts';
import { arnOf, checkRole, KINDS, vpcOf } from './account.ts';
import { listResources } from './listing.ts';
import type { JobRecord, Request } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** What differs between the kinds of jobs. */
export interface JobTexts {
  readonly kind: JobKind;
  /** In messages: `training job`. */
  readonly words: string;
  /** SageMaker's message for each phase. */
  readonly phases: Readonly<Record<JobPhase, string>>;
  /** `undefined` where the request names an algorithm in place of an image. */
  readonly image: (subject: Subject) => string | undefined;
  readonly role: (subject: Subject) => string;
  readonly vpc: (subject: Subject) => { readonly Subnets?: readonly string[] } | undefined;
  readonly describe: (record: JobRecord) => Readonly<Record<string, unknown>>;
  readonly summary: (record: JobRecord) => Readonly<Record<string, unknown>>;
}

/** What is asked for: the request, and the CreateModel input of the model that it names, if it names one. */
export interface Subject {
  readonly request: Request;
  readonly model?: Request;
}

/** What a job has beside its request. */
export interface Provenance {
  readonly model?: Request;
  /** The hyperparameter tuning job that makes it. */
  readonly tuningJobArn?: string;
  /** The metric whose every point is kept. */
  readonly objective?: string;
}

/** Takes note of jobs. */
export interface JobObserver {
  /** Throws what a request is refused for. */
  admit(request: Request): void;
  started(kind: JobKind, record: JobRecord): void;
  /** After each change; `points`: what the job measured since the last. */
  changed(kind: JobKind, record: JobRecord, points: readonly JobMetric[]): void;
}

/** The status that Describe and List show: a job that outlived its time is `Stopped`. */
export const shownStatus = ({ status }: JobRecord): string => (status === 'MaxRuntimeExceeded' ? 'Stopped' : status);

/** Create, Describe, List and Stop of one kind of job. Jobs that were running when the gateway was killed go on. */
export class Jobs {
  readonly #store: Store<JobRecord>;
  readonly #platform: Platform;
  readonly #runner: JobRunner;
  readonly #tags: Tags;
  readonly #observer: JobObserver;
  readonly #texts: JobTexts;
  readonly #watchers: ((record: JobRecord) => void)[] = [];

  constructor(platform: Platform, runner: JobRunner, tags: Tags, observer: JobObserver, texts: JobTexts) {
    this.#store = new Store(`${texts.kind}s`);
    this.#platform = platform;
    this.#runner = runner;
    this.#tags = tags;
    this.#observer = observer;
    this.#texts = texts;
    for (const record of this.#store.all()) {
      if (record.end !== undefined) continue;
      this.#run(record);
      if (record.status === 'Stopping') runner.stop(this.#job(record));
    }
  }

  /** Checks a request as SageMaker does before it accepts it. @returns the job's ARN */
  async admit(subject: Subject): Promise<string> {
    const { kind } = this.#texts;
    const arn = arnOf(this.#platform, kind, subject.request[KINDS[kind]] as string);
    this.#refuseWhatCannotRun(subject);
    this.#observer.admit(subject.request);
    await Promise.all([checkRole(this.#platform, this.#texts.role(subject), arn), vpcOf(this.#platform, this.#texts.vpc(subject))]);
    return arn;
  }

  async create({ input: request }: Pick<Call, 'input'>, { model }: { readonly model?: Request } = {}): Promise<string> {
    const { kind, words } = this.#texts;
    const name = request[KINDS[kind]] as string;
    const arn = await this.admit(model === undefined ? { request } : { request, model });
    // Nothing may wait between this look and the save: two requests with one name can be under way.
    if (this.#store.get(name) !== undefined) {
      const title = words.charAt(0).toUpperCase() + words.slice(1);
      throw new AwsError(
        'ResourceInUse',
        `${title} names must be unique within an AWS account and region, and a ${words} with this name already exists (${arn})`,
      );
    }
    this.start(request, model === undefined ? {} : { model });
    return arn;
  }

  /** Starts a job that was admitted and whose name is free. */
  start(request: Request, provenance: Provenance = {}): JobRecord {
    const name = request[KINDS[this.#texts.kind]] as string;
    const arn = arnOf(this.#platform, this.#texts.kind, name);
    const created = now();
    const record: JobRecord = {
      name,
      arn,
      request,
      ...provenance,
      creationTime: created,
      lastModifiedTime: created,
      status: 'InProgress',
      phase: 'Starting',
      transitions: [{ Status: 'Starting', StartTime: created, StatusMessage: this.#texts.phases.Starting }],
      metrics: {},
    };
    this.#store.save(record);
    this.#tags.add(arn, request['Tags']);
    this.#observer.started(this.#texts.kind, record);
    this.#run(record);
    return record;
  }

  get(name: string): JobRecord | undefined {
    return this.#store.get(name);
  }

  all(): Iterable<JobRecord> {
    return this.#store.all();
  }

  /** Called after each change of a job. */
  watch(watcher: (record: JobRecord) => void): void {
    this.#watchers.push(watcher);
  }

  describe(call: Call): unknown {
    return this.#texts.describe(this.#find(call));
  }

  list(call: Call): { readonly summaries: unknown[]; readonly NextToken?: string } {
    const { page, ...rest } = listResources(this.#store.all(), call.input, { status: shownStatus });
    return { summaries: page.map((record) => this.#texts.summary(record)), ...rest };
  }

  stop(call: Call): void {
    const record = this.#find(call);
    if (record.status !== 'InProgress') {
      throw new AwsError(
        'ValidationException',
        `The request was rejected because the ${this.#texts.words} is in status ${shownStatus(record)}.`,
      );
    }
    this.stopRecord(record);
  }

  /** Asks a job in progress to stop. */
  stopRecord(record: JobRecord): void {
    if (record.status !== 'InProgress') return;
    record.status = 'Stopping';
    this.#transition(record, 'Stopping', `Stopping the ${this.#texts.words}`);
    this.#save(record);
    this.#runner.stop(this.#job(record));
  }

  /** What it left in S3 and in the log stays. */
  delete(call: Call): void {
    const record = this.#find(call);
    if (record.end === undefined) {
      throw new AwsError(
        'ValidationException',
        `The request was rejected because the ${this.#texts.words} is in status ${shownStatus(record)}: it must be Completed, Failed or Stopped.`,
      );
    }
    this.#store.delete(record.name);
    this.#tags.remove(record.arn);
  }

  #find(call: Call): JobRecord {
    const record = this.#store.get(call.input[KINDS[this.#texts.kind]] as string);
    if (record === undefined) throw new AwsError('ValidationException', 'Requested resource not found.');
    return record;
  }

  /** What AWS would run and this machine cannot is refused before it costs anybody time. */
  #refuseWhatCannotRun(subject: Subject): void {
    const { kind } = this.#texts;
    const image = this.#texts.image(subject);
    if (image === undefined)
      throw new AwsError('OperationNotEmulated', 'The local environment runs images, not algorithms by name: give the URI of an image.');
    if (imageNameOf(image) === undefined) throw new AwsError('ValidationException', `Requested image ${image} not found.`);
    const instances = instancesOf(kind, subject.request);
    if (instances > MOST_INSTANCES)
      throw new AwsError(
        'OperationNotEmulated',
        `The local environment runs jobs on ${String(MOST_INSTANCES)} instances at most, ${String(instances)} were asked for.`,
      );
    const missing = notRunnable(kind, subject.request);
    if (missing !== undefined) throw new AwsError('OperationNotEmulated', `The local environment does not do this: ${missing}.`);
  }

  #job(record: JobRecord): Job {
    const { name, arn, request, model, phase } = record;
    return { kind: this.#texts.kind, name, arn, request, ...(model === undefined ? {} : { model }), phase };
  }

  #run(record: JobRecord): void {
    this.#runner.run(this.#job(record), {
      phase: (phase, message) => {
        record.phase = phase;
        if (phase === 'Training') record.containerStart ??= now();
        this.#transition(record, phase, message === '' ? this.#texts.phases[phase] : message);
        this.#save(record);
      },
      metrics: (points) => {
        for (const point of points) {
          record.metrics[point.name] = point;
          if (point.name === record.objective) (record.points ??= []).push(point);
        }
        this.#save(record, points);
      },
      ended: (end) => {
        record.end = end;
        record.status = end.outcome;
        record.endTime = now();
        this.#transition(
          record,
          end.outcome,
          end.reason ?? `${this.#texts.words.charAt(0).toUpperCase()}${this.#texts.words.slice(1)} ${end.outcome.toLowerCase()}`,
        );
        const last = record.transitions.at(-1);
        if (last !== undefined) last.EndTime = record.endTime;
        this.#save(record);
      },
    });
  }

  #save(record: JobRecord, points: readonly JobMetric[] = []): void {
    this.#store.save(record);
    this.#observer.changed(this.#texts.kind, record, points);
    for (const watcher of this.#watchers) watcher(record);
  }

  #transition(record: JobRecord, Status: string, StatusMessage: string): void {
    const time = now();
    const last = record.transitions.at(-1);
    if (last?.Status === Status) return;
    if (last !== undefined) last.EndTime = time;
    record.transitions.push({ Status, StartTime: time, StatusMessage });
  }
}
