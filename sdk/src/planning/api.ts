import type { AutoMLOptions } from '../automl/api.ts';
import type { OperationName, Operations } from '../contract/index.ts';
import type { Deployable, DeployOptions } from '../hosting/api.ts';
import type { ProcessOptions } from '../processing/api.ts';
import type { FilledField } from '../secure/index.ts';
import type { TrainOptions } from '../training/api.ts';
import type { TransformOptions } from '../transform/api.ts';
import type { TuneOptions } from '../tuning/api.ts';

/** One call that creates something: as it was asked for, and as it goes out. */
export interface PlannedCall<Op extends OperationName = OperationName> {
  readonly operation: Op;
  /** Before the security fields were filled in. */
  readonly asked: Partial<Operations[Op]['input']>;
  readonly input: Operations[Op]['input'];
  /** Each security value in `input`, and whether caller, environment or contract gave it. */
  readonly fields: readonly FilledField[];
}

/** What would be sent, in the order in which it would be; nothing is uploaded or created. */
export interface Plan {
  readonly calls: readonly PlannedCall[];
}

/** What can be planned: the options of one of the lab's methods, and the method's name. */
export type LabRequest =
  | ({ readonly kind?: 'train' } & TrainOptions)
  | ({ readonly kind: 'process' } & ProcessOptions)
  | ({ readonly kind: 'transform' } & TransformOptions)
  | ({ readonly kind: 'tune' } & TuneOptions)
  | ({ readonly kind: 'autoML' } & AutoMLOptions)
  | ({ readonly kind: 'deploy'; readonly model: Deployable } & DeployOptions);
