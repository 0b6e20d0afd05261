import type { EnvironmentDescription, OperationName, Operations } from '../contract/index.ts';
import { fillSecureFields } from '../secure/index.ts';
import type { FilledField } from '../secure/index.ts';
import type { PlannedCall } from './api.ts';

/** What the caller may choose among the values that the environment allows. */
interface Choices {
  readonly instanceType?: string;
  readonly image?: string;
}

/**
 * A call as it will be sent: `asked` with the environment's security values.
 *
 * @throws SealabError `SecureFieldConflict`, `OperationNotCovered`.
 */
export function plannedCall<Op extends OperationName>(
  operation: Op,
  asked: Partial<Operations[Op]['input']>,
  environment: EnvironmentDescription,
  options: Choices = {},
): PlannedCall<Op> {
  const { input, fields } = fillSecureFields<Op>(operation, asked, environment);
  return { operation, asked, input, fields: withDefaults(fields, options) };
}

/** Values that were chosen from the environment because the caller gave none count as the environment's. */
function withDefaults(fields: readonly FilledField[], options: Choices): FilledField[] {
  const chosen = (control: string) =>
    control.endsWith('.InstanceType') ? options.instanceType : control.endsWith('.Image') ? options.image : undefined;
  const choices = /\.(InstanceType|Image|OutputBucket)$/;
  return fields.map((field) =>
    choices.test(field.control) && field.origin === 'caller' && chosen(field.control) === undefined
      ? { ...field, origin: 'environment' }
      : field,
  );
}
