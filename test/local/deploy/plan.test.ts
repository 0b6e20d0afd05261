import { describe, expect, it } from '@jest/globals';
import { watched } from '../../../local/deploy/consumed.ts';
import { type Deployment, newStackId, scopeOf } from '../../../local/deploy/deployment.ts';
import { parameterProblem, parameterValues } from '../../../local/deploy/parameters.ts';
import { planTemplate } from '../../../local/deploy/plan.ts';
import { coverage, RESOURCE_TYPES } from '../../../local/deploy/registry.ts';
import { StateFile } from '../../../local/deploy/state.ts';
import { parseTemplate } from '../../../local/deploy/template.ts';

const target = { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' };

function plan(source: unknown, parameters: Record<string, string> = {}) {
  const template = parseTemplate('s', source);
  const state: Deployment['state'] = {
    version: 1,
    name: 's',
    id: newStackId('s', target),
    status: 'in-progress',
    parameters: {},
    tags: {},
    resources: {},
    replaced: [],
    outputs: {},
  };
  return planTemplate(template, scopeOf({ target, template, state, file: new StateFile('s', '/nowhere') }, parameters, [], false));
}

const key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17' } } };
const refused: { case: string; template: unknown; code: string; says: string }[] = [
  {
    case: 'a type without a file',
    template: { Resources: { T: { Type: 'AWS::IoT::Thing' } } },
    code: 'ResourceTypeUnknown',
    says: 'AWS::IoT::Thing has no file',
  },
  {
    case: 'a function that is not behind one of CDK’s own custom resources',
    template: { Resources: { Mine: { Type: 'AWS::Lambda::Function' } } },
    code: 'ResourceTypeUnknown',
    says: 'AWS::Lambda::Function has no file',
  },
  {
    case: 'a property that no code applies',
    template: { Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { AccelerateConfiguration: { AccelerationStatus: 'Enabled' } } } } },
    code: 'PropertyNotApplied',
    says: 'AccelerateConfiguration, which the local environment does not apply',
  },
  {
    case: 'such a property deep inside, beside a value that is known later',
    template: {
      Resources: {
        K: key,
        G: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: {
            GroupDescription: 'd',
            VpcId: 'vpc-1',
            SecurityGroupEgress: [{ IpProtocol: 'tcp', DestinationSecurityGroupId: { Ref: 'K' }, Moon: 1 }],
          },
        },
      },
    },
    code: 'PropertyNotApplied',
    says: 'SecurityGroupEgress[0] has Moon',
  },
  {
    case: 'a missing property',
    template: { Resources: { A: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/x' } } } },
    code: 'TemplateInvalid',
    says: 'TargetKeyId',
  },
  {
    case: 'an attribute that the type has not',
    template: {
      Resources: {
        K: key,
        A: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/x', TargetKeyId: { 'Fn::GetAtt': ['K', 'Moon'] } } },
      },
    },
    code: 'ReferenceUnknown',
    says: 'K has no such value',
  },
  {
    case: 'an unknown dependency',
    template: { Resources: { K: { ...key, DependsOn: 'Nothing' } } },
    code: 'ReferenceUnknown',
    says: 'nothing is named Nothing',
  },
  {
    case: 'a cycle',
    template: {
      Resources: {
        A: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/a', TargetKeyId: { Ref: 'B' } } },
        B: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/b', TargetKeyId: { 'Fn::Sub': '${A}' } } },
      },
    },
    code: 'DependencyCycle',
    says: 'A → B → A',
  },
  {
    case: 'an attribute of a resource that nothing acts on',
    template: { Resources: { K: { ...key, CreationPolicy: {} } } },
    code: 'TemplateInvalid',
    says: 'CreationPolicy',
  },
  {
    case: 'a section that nothing acts on',
    template: { Transform: 'AWS::Serverless-2016-10-31', Resources: {} },
    code: 'TemplateInvalid',
    says: 'Transform',
  },
  {
    case: 'an output of something unknown',
    template: { Resources: {}, Outputs: { O: { Value: { Ref: 'Nothing' } } } },
    code: 'ReferenceUnknown',
    says: 'nothing is named Nothing',
  },
  {
    case: 'a rule that does not hold',
    template: { Resources: {}, Rules: { R: { Assertions: [{ Assert: { 'Fn::Equals': ['a', 'b'] }, AssertDescription: 'a is not b' }] } } },
    code: 'ParameterInvalid',
    says: 'a is not b',
  },
];

describe('plan', () => {
  it.each(refused)('refuses $case before anything is created', ({ template, code, says }) => {
    let error: unknown;
    try {
      plan(template);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) as unknown });
  });

  it('takes what depends on values that are only known later', () => {
    const { graph } = plan({
      Conditions: { No: { 'Fn::Equals': [1, 2] } },
      Resources: {
        A: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/x', TargetKeyId: { 'Fn::GetAtt': ['K', 'Arn'] } } },
        K: key,
        Left: { ...key, Condition: 'No' },
        M: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } },
      },
    });
    expect(Object.fromEntries([...graph].map(([id, needs]) => [id, [...needs]]))).toEqual({ A: ['K'], K: [], M: [] });
  });

  it('covers every registered type, and gives a reason for everything else', () => {
    const rows = coverage();
    expect(rows.filter(({ local }) => local === 'created').map(({ type }) => type)).toEqual(Object.keys(RESOURCE_TYPES).sort());
    for (const row of rows) {
      if (row.local === 'created') expect(row.properties.length).toBeGreaterThan(0);
      else expect(row.notes[0]?.length).toBeGreaterThan(20);
    }
  });
});

describe('parameters', () => {
  const type = (constraints: object) => ({ Type: 'String', ...constraints });
  it.each([
    ['allowed value', type({ AllowedValues: ['a', 'b'] }), 'a', undefined],
    ['value outside', type({ AllowedValues: ['a', 'b'] }), 'c', "Parameter 'P' must be one of AllowedValues"],
    ['pattern holds for the whole value', type({ AllowedPattern: '[a-z]+' }), 'ab1', "Parameter 'P' must match pattern [a-z]+"],
    [
      'own words',
      type({ AllowedPattern: '[a-z]+', ConstraintDescription: 'lower case' }),
      'A',
      'Parameter P failed to satisfy constraint: lower case',
    ],
    ['too short', type({ MinLength: 3 }), 'ab', "Parameter 'P' must contain at least 3 characters"],
    ['too long', type({ MaxLength: 3 }), 'abcd', "Parameter 'P' must contain at most 3 characters"],
    ['no number', { Type: 'Number' }, 'x', "Parameter 'P' must be a number."],
    ['too small', { Type: 'Number', MinValue: 5 }, '4', "Parameter 'P' must be a number not less than 5"],
    ['too large', { Type: 'Number', MaxValue: 5 }, '6', "Parameter 'P' must be a number not greater than 5"],
    ['each of a list', { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] }, 'a, c', "Parameter 'P' must be one of AllowedValues"],
  ])('%s', (_case, parameter, value, problem) => {
    expect(parameterProblem('P', parameter as never, value)).toBe(problem);
  });

  it('refuses an unknown and a missing one, and looks up SSM values', async () => {
    const template = parseTemplate('s', {
      Parameters: { A: { Type: 'String' }, S: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
      Resources: {},
    });
    const values = (given: Record<string, string>) =>
      parameterValues('s', template, given, new Set(), (name) => Promise.resolve(`value of ${name}`));
    await expect(values({ A: '1', B: '2' })).rejects.toMatchObject({
      code: 'ParameterInvalid',
      message: expect.stringContaining('no parameter B') as unknown,
    });
    await expect(values({})).rejects.toThrow('[A] must have values');
    await expect(values({ A: '1' })).resolves.toEqual({ A: '1', S: 'value of /x' });
  });
});

describe('consumption', () => {
  it('names what was not read, as deep as it lies', () => {
    const watch = watched({ a: 1, b: { c: 2, d: [{ e: 3, f: 4 }] }, g: [], h: undefined });
    expect([watch.value.a, watch.value.b.c, watch.value.b.d[0]?.e]).toEqual([1, 2, 3]);
    expect(watch.unread()).toEqual(['b.d.0.f', 'g']);
  });

  it('takes serializing as reading', () => {
    const watch = watched({ policy: { Statement: [{ Effect: 'Deny' }] } });
    JSON.stringify(watch.value.policy);
    expect(watch.unread()).toEqual([]);
  });
});
