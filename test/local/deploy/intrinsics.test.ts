import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { DeployError } from '../../../local/deploy/errors.ts';
import { conditionHolds, resolve, type Scope, UNKNOWN } from '../../../local/deploy/intrinsics.ts';
import { parseTemplate } from '../../../local/deploy/template.ts';

const cases = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../../cases/intrinsics/${name}.json`, import.meta.url), 'utf8')) as T[];

const template = parseTemplate('lab', {
  Parameters: { Name: { Type: 'String' }, Zones: { Type: 'CommaDelimitedList' } },
  Mappings: { Sizes: { 'eu-west-1': { memory: 512 } } },
  Conditions: {
    IsLab: { 'Fn::Equals': [{ Ref: 'Name' }, 'lab'] },
    NotLab: { 'Fn::Not': [{ Condition: 'IsLab' }] },
    Mixed: { 'Fn::And': [{ Condition: 'IsLab' }, { 'Fn::Or': [{ Condition: 'NotLab' }, { 'Fn::Equals': [1, '1'] }] }] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
    Odd: { 'Fn::Contains': [[], 1] },
  },
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket' },
    Later: { Type: 'AWS::S3::Bucket' },
    LeftOut: { Type: 'AWS::S3::Bucket', Condition: 'NotLab' },
  },
});

const scope: Scope = {
  stack: 'lab',
  template,
  pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111122223333', 'AWS::URLSuffix': 'amazonaws.com' },
  parameters: { Name: 'lab', Zones: ['a', 'b'] },
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  resource: (id) => (id === 'Later' ? UNKNOWN : 'bucket-1'),
  attribute: (id, name) => (id === 'Later' ? UNKNOWN : name === 'Arn' ? 'arn:aws:s3:::bucket-1' : undefined),
  exported: (name) => (name === 'lab-vpc' ? 'vpc-1' : undefined),
};

describe('intrinsics', () => {
  it.each(cases<{ case: string; value: unknown; gives?: unknown; unknown?: boolean }>('values'))('$case', ({ value, gives, unknown }) => {
    expect(resolve(value, scope, 'Thing', 'Properties')).toEqual(unknown === true ? UNKNOWN : gives);
  });

  it.each(cases<{ case: string; value: unknown; code: string; path: string }>('errors'))('refuses: $case', ({ value, code, path }) => {
    let error: unknown;
    try {
      resolve(value, scope, 'Thing', 'Properties');
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DeployError);
    const { code: found, place, message } = error as DeployError;
    expect({ code: found, place }).toEqual({ code, place: { stack: 'lab', logicalId: 'Thing', path } });
    expect(message).toContain(`lab / Thing / ${path}`);
  });

  it('evaluates the conditions of resources', () => {
    expect([conditionHolds('IsLab', scope), conditionHolds('NotLab', scope)]).toEqual([true, false]);
  });
});
