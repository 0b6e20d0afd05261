import { describe, expect, it } from '@jest/globals';
import { validateInput } from '../../../local/gateway/services/sagemaker/validation.ts';

const problem = (operation: string, input: unknown): string => {
  try {
    validateInput('sagemaker', operation, input);
    return '';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

const MODEL = { ModelName: 'm', ExecutionRoleArn: 'arn:aws:iam::111122223333:role/execution' };

describe('a request', () => {
  it.each([
    ['that is right', MODEL, ''],
    [
      'with a field that SageMaker does not have',
      { ...MODEL, Colour: 'blue' },
      "ValidationException: 1 validation error detected: Unknown parameter in input: 'Colour'",
    ],
    [
      'with one inside',
      { ...MODEL, VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'], Vpc: 'vpc-1' } },
      "ValidationException: 1 validation error detected: Unknown parameter in vpcConfig: 'Vpc'",
    ],
    [
      'without a required field',
      { ExecutionRoleArn: MODEL.ExecutionRoleArn },
      "ValidationException: 1 validation error detected: Value null at 'modelName' failed to satisfy constraint: Member must not be null",
    ],
    ['of the wrong type', { ...MODEL, ModelName: 7 }, 'SerializationException: modelName: a string was expected, number was given.'],
    [
      'with too long a list and an empty one',
      { ...MODEL, VpcConfig: { Subnets: [], SecurityGroupIds: ['sg-1', 'sg-2', 'sg-3', 'sg-4', 'sg-5', 'sg-6'] } },
      /^ValidationException: 2 validation errors detected: .*'vpcConfig\.securityGroupIds' failed to satisfy constraint: Member must have length less than or equal to 5/,
    ],
  ])('%s', (_, input, wanted) => {
    if (wanted instanceof RegExp) expect(problem('CreateModel', input)).toMatch(wanted);
    else expect(problem('CreateModel', input)).toBe(wanted);
  });
});
