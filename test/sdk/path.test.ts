import { describe, expect, it } from '@jest/globals';
import { placesAt, setAt, valuesAt } from '@sealab/sdk/contract';

describe('paths', () => {
  const request = { VpcConfig: { Subnets: ['a', 'b'] }, ProductionVariants: [{ InstanceType: 'x' }, { InstanceType: 'y' }], Empty: {} };

  it.each([
    ['VpcConfig.Subnets', ['a', 'b']],
    ['VpcConfig.Subnets[]', ['a', 'b']],
    ['ProductionVariants[].InstanceType', ['x', 'y']],
    ['Missing.Subnets', []],
    ['Empty.Subnets', []],
  ])('%s has the values %j', (path, values) => {
    expect(valuesAt(request, path)).toEqual(values);
  });

  it('names places with indices', () => {
    expect(placesAt(request, 'ProductionVariants[].InstanceType').map(({ location }) => location)).toEqual([
      'ProductionVariants[0].InstanceType',
      'ProductionVariants[1].InstanceType',
    ]);
  });

  it('tells a missing parent from a missing value', () => {
    expect(placesAt(request, 'Empty.Subnets')).toHaveLength(1);
    expect(placesAt(request, 'Missing.Subnets')).toHaveLength(0);
  });

  it('creates the objects on the way', () => {
    const target = {};
    setAt(target, 'A.B.C', 1);
    expect(target).toEqual({ A: { B: { C: 1 } } });
  });
});
