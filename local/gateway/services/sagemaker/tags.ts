import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import { readState, writeState } from '../../state-file.ts';
import { join } from 'node:path';
import { PATHS } from '../../../paths.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of SageMaker resources, by ARN. The gateway reads them for `aws:ResourceTag`. */
export class Tags {
  readonly #file = join(PATHS.state, 'sagemaker', 'tags.json');
  readonly #byArn = new Map<string, Record<string, string>>(
    Object.entries(readState<Record<string, Record<string, string>>>(this.#file, {})),
  );

  of(arn: string): Readonly<Record<string, string>> {
    return this.#byArn.get(arn) ?? {};
  }

  add(arn: string, tags: unknown): void {
    if (!Array.isArray(tags) || tags.length === 0) return;
    const merged = { ...this.of(arn), ...Object.fromEntries((tags as Tag[]).map(({ Key, Value }) => [Key, Value])) };
    if (Object.keys(merged).length > 50) throw new AwsError('ResourceLimitExceeded', 'A resource can have 50 tags at most.');
    this.#byArn.set(arn, merged);
    this.#save();
  }

  remove(arn: string, keys?: readonly string[]): void {
    const left = Object.fromEntries(Object.entries(this.of(arn)).filter(([key]) => keys?.includes(key) === false));
    if (Object.keys(left).length === 0) this.#byArn.delete(arn);
    else this.#byArn.set(arn, left);
    this.#save();
  }

  list(arn: string): Tag[] {
    return Object.entries(this.of(arn)).map(([Key, Value]) => ({ Key, Value }));
  }

  #save(): void {
    writeState(this.#file, Object.fromEntries(this.#byArn));
  }
}

export function tagOperations(tags: Tags): Record<string, (call: Call) => unknown> {
  const arn = (call: Call): string => call.input['ResourceArn'] as string;
  return {
    AddTags: (call) => {
      tags.add(arn(call), call.input['Tags']);
      return { Tags: tags.list(arn(call)) };
    },
    ListTags: (call) => ({ Tags: tags.list(arn(call)) }),
    DeleteTags: (call) => {
      tags.remove(arn(call), call.input['TagKeys'] as string[]);
      return {};
    },
  };
}
