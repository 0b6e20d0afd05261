import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { imageNameOf } from '../../../runner/images.ts';
import type { Job, JobKind, JobPhase, JobRunner } from '../../../runner/job-interface.ts';
import { notRunnable } from '../../../runner/job-plan.ts';
import { arnOf, checkRole, KINDS, vpcOf } from './account.ts';
import { listResources } from './listing.ts';
import type { JobRecord, Request } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** What differs between training and processing jobs. */
export interface JobTexts {
  readonly kind: JobKind;
  /** In messages: `training job`. */
  readonly words: string;
  /** SageMaker's message for each phase. */
  readonly phases: Readonly<Record<JobPhase, string>>;
  readonly image: (request: Request) => string | undefined;
  readonly instances: (request: Request) => number;
  readonly vpc: (request: Request) => { readonly Subnets?: readonly string[] } | undefined;
  readonly describe: (record: JobRecord) => Readonly<Record<string, unknown>>;
  readonly summary: (record: JobRecord) => Readonly<Record<string, unknown>>;
}

/** The status that Describe and List show: a job that outlived its time is `Stopped`. */
export const shownStatus = ({ status }: JobRecord): string => (status === 'MaxRuntimeExceeded' ? 'Stopped' : status);

/** Create, Describe, List and Stop of one kind of job. Jobs that were running when the gateway was killed go on. */
export class Jobs {
  readonly #store: Store<JobRecord>;
  readonly #platform: Platform;
  readonly #runner: JobRunner;
  readonly #tags: Tags;
  readonly #texts: JobTexts;

  constructor(platform: Platform, runner: JobRunner, tags: Tags, texts: JobTexts) {
    this.#store = new Store(`${texts.kind}s`);
    this.#platform = platform;
    this.#runner = runner;
    this.#tags = tags;
    this.#texts = texts;
    for (const record of this.#store.all()) {
      if (record.end !== undefined) continue;
      this.#run(record);
      if (record.status === 'Stopping') runner.stop(this.#job(record));
    }
  }

  async create(call: Call): Promise<string> {
    const request = call.input;
    const { kind, words } = this.#texts;
    const name = request[KINDS[kind]] as string;
    const arn = arnOf(this.#platform, kind, name);
    this.#refuseWhatCannotRun(request);
    await Promise.all([checkRole(this.#platform, request['RoleArn'] as string, arn), vpcOf(this.#platform, this.#texts.vpc(request))]);
    // Nothing may wait between this look and the save: two requests with one name can be under way.
    if (this.#store.get(name) !== undefined) {
      const title = words.charAt(0).toUpperCase() + words.slice(1);
      throw new AwsError(
        'ResourceInUse',
        `${title} names must be unique within an AWS account and region, and a ${words} with this name already exists (${arn})`,
      );
    }
    const created = now();
    const record: JobRecord = {
      name,
      arn,
      request,
      creationTime: created,
      lastModifiedTime: created,
      status: 'InProgress',
      phase: 'Starting',
      transitions: [{ Status: 'Starting', StartTime: created, StatusMessage: this.#texts.phases.Starting }],
      metrics: {},
    };
    this.#store.save(record);
    this.#tags.add(arn, request['Tags']);
    this.#run(record);
    return arn;
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
    record.status = 'Stopping';
    this.#transition(record, 'Stopping', `Stopping the ${this.#texts.words}`);
    this.#store.save(record);
    this.#runner.stop(this.#job(record));
  }

  #find(call: Call): JobRecord {
    const record = this.#store.get(call.input[KINDS[this.#texts.kind]] as string);
    if (record === undefined) throw new AwsError('ValidationException', 'Requested resource not found.');
    return record;
  }

  /** What AWS would run and this machine cannot is refused before it costs anybody time. */
  #refuseWhatCannotRun(request: Request): void {
    const image = this.#texts.image(request);
    if (image === undefined)
      throw new AwsError('OperationNotEmulated', 'The local environment runs images, not algorithms by name: give TrainingImage.');
    if (imageNameOf(image) === undefined) throw new AwsError('ValidationException', `Requested image ${image} not found.`);
    const instances = this.#texts.instances(request);
    if (instances > 1)
      throw new AwsError('OperationNotEmulated', `The local environment runs jobs on one instance, ${String(instances)} were asked for.`);
    const missing = notRunnable(this.#texts.kind, request);
    if (missing !== undefined) throw new AwsError('OperationNotEmulated', `The local environment does not do this: ${missing}.`);
  }

  #job(record: JobRecord): Job {
    return { kind: this.#texts.kind, name: record.name, arn: record.arn, request: record.request, phase: record.phase };
  }

  #run(record: JobRecord): void {
    this.#runner.run(this.#job(record), {
      phase: (phase, message) => {
        record.phase = phase;
        if (phase === 'Training') record.containerStart ??= now();
        this.#transition(record, phase, message === '' ? this.#texts.phases[phase] : message);
        this.#store.save(record);
      },
      metric: (metric) => {
        record.metrics[metric.name] = metric;
        this.#store.save(record);
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
        this.#store.save(record);
      },
    });
  }

  #transition(record: JobRecord, Status: string, StatusMessage: string): void {
    const time = now();
    const last = record.transitions.at(-1);
    if (last?.Status === Status) return;
    if (last !== undefined) last.EndTime = time;
    record.transitions.push({ Status, StartTime: time, StatusMessage });
  }
}
