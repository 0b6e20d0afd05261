import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Platform } from '../../platform.ts';
import type { Request } from './records.ts';

/** One state change, as SageMaker tells EventBridge. */
export interface StateChange {
  /** `SageMaker Model Package State Change` */
  readonly detailType: string;
  /** ARN of what changed. */
  readonly resource: string;
  readonly detail: Request;
}

export type EmitStateChange = (change: StateChange) => void;

/**
 * Puts state changes on the account's default event bus, as SageMaker does: rules and their targets see them.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 * Changes of one resource arrive in their order. Nobody waits for an event, and one that cannot be put fails nothing.
 */
export function createStateChangeEvents(platform: Platform): EmitStateChange {
  let client: EventBridgeClient | undefined;
  let before: Promise<unknown> = Promise.resolve();
  let stopped = false;
  platform.onShutdown(async () => {
    stopped = true;
    await before;
  });
  return ({ detailType, resource, detail }) => {
    if (stopped) return;
    before = before
      .then(() => {
        client ??= new EventBridgeClient(platform.administratorConfig());
        const entry = { Source: 'aws.sagemaker', DetailType: detailType, Resources: [resource], Detail: JSON.stringify(detail) };
        return client.send(new PutEventsCommand({ Entries: [{ ...entry, Time: new Date() }] }));
      })
      .catch(() => undefined);
  };
}

/** Times in events are texts, where answers have seconds. */
export const isoTime = (seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
