import { StepFailure } from './failure.ts';

/** A condition of a definition, its expressions resolved. */
export interface Condition {
  readonly Type: string;
  readonly LeftValue?: unknown;
  readonly RightValue?: unknown;
  readonly QueryValue?: unknown;
  readonly Values?: readonly unknown[];
  readonly Condition?: Condition;
  readonly Expression?: Condition;
  readonly Conditions?: readonly Condition[];
}

/** Numbers compare as numbers, also where one of them came as text from a parameter or a property file. */
function compare(left: unknown, right: unknown): number {
  const [a, b] = [left, right].map((value) => (typeof value === 'boolean' ? String(value) : value));
  if (typeof a === 'number' || typeof b === 'number') {
    const difference = Number(a) - Number(b);
    if (Number.isNaN(difference)) throw new StepFailure(`ClientError: Cannot compare '${String(left)}' with '${String(right)}'.`);
    return difference;
  }
  return String(a) === String(b) ? 0 : String(a) < String(b) ? -1 : 1;
}

const same = (left: unknown, right: unknown): boolean =>
  String(left) === String(right) || (typeof left === 'number' && left === Number(right));

export function holds(condition: Condition): boolean {
  const { LeftValue: left, RightValue: right } = condition;
  switch (condition.Type) {
    case 'Equals':
      return same(left, right) || same(right, left);
    case 'GreaterThan':
      return compare(left, right) > 0;
    case 'GreaterThanOrEqualTo':
      return compare(left, right) >= 0;
    case 'LessThan':
      return compare(left, right) < 0;
    case 'LessThanOrEqualTo':
      return compare(left, right) <= 0;
    case 'In':
      return (condition.Values ?? []).some((value) => same(condition.QueryValue, value) || same(value, condition.QueryValue));
    case 'Not': {
      // The schema says Expression, the SageMaker Python SDK writes Condition.
      const inner = condition.Condition ?? condition.Expression;
      if (inner === undefined) throw new StepFailure('ClientError: A Not condition holds no condition.');
      return !holds(inner);
    }
    case 'Or':
      return (condition.Conditions ?? []).some(holds);
    default:
      throw new StepFailure(`ClientError: Unknown condition type '${condition.Type}'.`);
  }
}
