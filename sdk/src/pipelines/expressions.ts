import { SealabError } from '../contract/index.ts';
import type { Condition, Later, PipelineBuilder, Properties } from './api.ts';
import type { Expression } from './definition.ts';
import { isExpression } from './definition.ts';

/** In a template the value would become "[object Object]": that is no text yet. */
function refuseText(): never {
  throw new SealabError('InvalidInput', 'This value is known only when the pipeline runs, so it is no text yet.', {
    remedy: 'Put texts together with `build.join(separator, …)`.',
  });
}

/** An expression, typed by what it will be. */
export const later = <T>(expression: Expression): Later<T> =>
  Object.defineProperty(expression, Symbol.toPrimitive, { value: refuseText, enumerable: false }) as Later<T>;
export const reference = <T>(path: string): Later<T> => later<T>({ Get: path });
export const join = (separator: string, values: readonly unknown[]): Later<string> =>
  later({ 'Std:Join': { On: separator, Values: [...values] } });

/** Text out of any value: what SageMaker takes as text may be a number in the pipeline. */
export const asText = (value: unknown): unknown => (isExpression(value) ? { 'Std:Join': { On: '', Values: [value] } } : value);

/**
 * The properties of a step: any path can be asked for, and each is `{"Get": "Steps.<name>.<path>"}`. The compiler knows
 * which there are.
 */
export function propertiesOf<T>(step: string): Properties<T> {
  return at(`Steps.${step}`) as Properties<T>;
}

function at(path: string): object {
  const own = { Get: path };
  return new Proxy(own, {
    get: (_target, name): unknown => {
      if (name === 'Get') return path;
      if (name === Symbol.toPrimitive) return refuseText;
      // What promises and JSON look for is no property of a step.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined;
      if (name === 'item')
        return (key: number | string) => at(typeof key === 'number' ? `${path}[${key}]` : `${path}['${checkedKey(key)}']`);
      return at(`${path}.${name}`);
    },
  });
}

function checkedKey(key: string): string {
  if (/^[\w.:/-]+$/.test(key)) return key;
  throw new SealabError('InvalidInput', `item: ${JSON.stringify(key)} is not the name of an element.`);
}

const compared = (Type: string) => (LeftValue: unknown, RightValue: unknown) => ({ Type, LeftValue, RightValue }) as Condition;

export const CONDITIONS: PipelineBuilder['is'] = {
  equals: compared('Equals'),
  greaterThan: compared('GreaterThan'),
  greaterThanOrEqualTo: compared('GreaterThanOrEqualTo'),
  lessThan: compared('LessThan'),
  lessThanOrEqualTo: compared('LessThanOrEqualTo'),
  in: (QueryValue, Values) => ({ Type: 'In', QueryValue, Values }) as Condition,
  not: (condition) => ({ Type: 'Not', Condition: condition }) as Condition,
  or: (...conditions) => ({ Type: 'Or', Conditions: conditions }) as Condition,
};

export const EXECUTION: PipelineBuilder['execution'] = {
  PipelineArn: reference('Execution.PipelineArn'),
  PipelineExecutionArn: reference('Execution.PipelineExecutionArn'),
  PipelineExecutionId: reference('Execution.PipelineExecutionId'),
  PipelineName: reference('Execution.PipelineName'),
  StartDateTime: reference('Execution.StartDateTime'),
  CurrentDateTime: reference('Execution.CurrentDateTime'),
};
