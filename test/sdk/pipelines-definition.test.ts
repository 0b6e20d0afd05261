import { beforeAll, describe, expect, it } from '@jest/globals';
import { PIPELINE_STEPS } from '@sealab/sdk/contract';
import { argumentNames } from '../../sdk/src/pipelines/arguments.ts';
import { allSteps } from '../../sdk/src/pipelines/definition.ts';
import { parseDefinition } from '../../sdk/src/pipelines/parse.ts';
import { secureDefinition } from '../../sdk/src/secure/pipeline.ts';
import { capture } from '../python/captures.ts';
import { environment } from './environment-fixture.ts';
import { condition, equals, evaluate, pipeline, processing, text, train } from './pipelines-cases.ts';
import { refusal } from './refusals.ts';
import { inputOf, misfits } from './sagemaker-model.ts';

describe('a definition that is not one is refused, with the step and the path', () => {
  it.each<[string, unknown, RegExp]>([
    ['another version', { ...pipeline([train()]), Version: '2019-01-01' }, /Version/],
    ['an unknown member', { ...pipeline([train()]), Stages: [] }, /Stages/],
    ['no JSON', '{"Version":', /not JSON/],
    ['no step', pipeline([]), /Steps/],
    ['steps that are none', pipeline('train'), /Steps/],
    ['a step without a name', pipeline([{ Type: 'Fail', Arguments: { ErrorMessage: 'x' } }]), /step "number 1": Name/],
    ['a name that is none', pipeline([train({}, { Name: 'no spaces' })]), /step "no spaces": Name: must be 1 to 64/],
    ['two steps of one name', pipeline([train(), train()]), /step "train": two steps have this name/],
    ['a member that the type has not', pipeline([evaluate(), train({}, { PropertyFiles: [] })]), /step "train".*PropertyFiles/],
    [
      'an argument that the request has not',
      pipeline([train({ KmsKey: 'x' })]),
      /step "train": Arguments.KmsKey: is no argument of a Training step/,
    ],
    ['a missing argument', pipeline([train({ OutputDataConfig: undefined })]), /step "train": Arguments.OutputDataConfig: is missing/],
    [
      'a model without a container',
      pipeline([{ Name: 'm', Type: 'Model', Arguments: {} }]),
      /step "m": Arguments.PrimaryContainer or Containers: is missing/,
    ],
    ['a parameter without a type', pipeline([train()], [{ Name: 'P' }]), /Parameters\[0\]/],
    [
      'a default of another type',
      pipeline([train()], [{ Name: 'P', Type: 'Integer', DefaultValue: 'four' }]),
      /Parameters\[0\].DefaultValue/,
    ],
    [
      'a default that is no choice',
      pipeline([train()], [text('P', { DefaultValue: 'a', EnumValues: ['b'] })]),
      /Parameters.P: its default "a"/,
    ],
    ['two parameters of one name', pipeline([train()], [text('P'), text('P')]), /Parameters.P: two parameters/],
    [
      'an unknown parameter',
      pipeline([train({ Environment: { A: { Get: 'Parameters.Q' } } })]),
      /step "train": Arguments.Environment.A: there is no parameter "Q"/,
    ],
    [
      'an unknown step',
      pipeline([train({ Environment: { A: { Get: 'Steps.other.X' } } })]),
      /step "train": Arguments.Environment.A: there is no step "other"/,
    ],
    [
      'a step without a property',
      pipeline([train(), evaluate({ Arguments: { ...processing, Environment: { A: { Get: 'Steps.train' } } } })]),
      /names a step and none of its properties/,
    ],
    ['an unknown variable', pipeline([train({ Environment: { A: { Get: 'Execution.Id' } } })]), /no execution variable "Id"/],
    [
      'a reference of another kind',
      pipeline([train({ Environment: { A: { Get: 'Secrets.x' } } })]),
      /step "train": Arguments.Environment.A: .* is no reference/,
    ],
    ['an unknown function', pipeline([train({ Environment: { A: { 'Std:Upper': 'x' } } })]), /is no reference, Std:Join or Std:JsonGet/],
    [
      'an unknown property file',
      pipeline([
        evaluate(),
        condition([equals({ 'Std:JsonGet': { PropertyFile: { Get: 'Steps.evaluate.PropertyFiles.report' }, Path: 'x' } })]),
      ]),
      /step "decide": .*no property file "report"/,
    ],
    [
      'a property file of no output',
      pipeline([evaluate({ PropertyFiles: [{ PropertyFileName: 'f', OutputName: 'other', FilePath: 'f.json' }] })]),
      /step "evaluate": PropertyFiles\[0\].OutputName: the step has no output "other"/,
    ],
    [
      'an unknown condition',
      pipeline([condition([{ Type: 'Like', LeftValue: 1, RightValue: 1 }])]),
      /step "decide": Arguments.Conditions\[0\]/,
    ],
    [
      'a condition without a side',
      pipeline([condition([{ Type: 'Equals', LeftValue: 1 }])]),
      /step "decide": Arguments.Conditions\[0\].RightValue/,
    ],
    [
      'a condition in a Not that is none',
      pipeline([condition([{ Type: 'Not', Condition: { Type: 'In', QueryValue: 1 } }])]),
      /step "decide": Arguments.Conditions\[0\].Condition.Values/,
    ],
    [
      'a mistake in a branch',
      pipeline([condition([equals(1)], [train({}, { CacheConfig: { Enabled: true, ExpireAfter: '30 days' } })])]),
      /step "train": CacheConfig.ExpireAfter: must be a duration/,
    ],
    ['an empty duration', pipeline([train({}, { CacheConfig: { Enabled: true, ExpireAfter: 'P' } })]), /ExpireAfter/],
    [
      'too many attempts',
      pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 21 }] })]),
      /RetryPolicies\[0\].MaxAttempts/,
    ],
    [
      'two ends of retrying',
      pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 2, ExpireAfterMin: 5 }] })]),
      /not both/,
    ],
    [
      'an unknown exception',
      pipeline([train({}, { RetryPolicies: [{ ExceptionType: ['Step.ANY'] }] })]),
      /step "train": RetryPolicies\[0\].ExceptionType/,
    ],
    ['an unknown dependency', pipeline([train({}, { DependsOn: ['evaluate'] })]), /step "train": DependsOn: there is no step "evaluate"/],
    [
      'a circle',
      pipeline([
        train({}, { DependsOn: ['evaluate'] }),
        evaluate({ Arguments: { ...processing, Environment: { A: { Get: 'Steps.train.ModelArtifacts.S3ModelArtifacts' } } } }),
      ]),
      /train → evaluate → train/,
    ],
    [
      'a condition that waits for its own branch',
      pipeline([condition([equals({ Get: 'Steps.train.TrainingJobName' })], [train()])]),
      /waits for itself/,
    ],
  ])('%s', (_name, definition, message) => {
    const error = refusal(() => parseDefinition(definition));
    expect([error.code, error.message]).toEqual(['InvalidInput', expect.stringMatching(message)]);
  });

  it.each(['Lambda', 'Callback', 'EMR', 'QualityCheck', 'ClarifyCheck', 'Endpoint', 'Bedrock'])(
    '%s steps, with the reason, in a branch too',
    (Type) => {
      for (const steps of [[{ Name: 's', Type, Arguments: {} }], [condition([equals(1)], [{ Name: 's', Type }])]]) {
        const error = refusal(() => parseDefinition(pipeline(steps)));
        expect([error.code, error.details['step']]).toEqual(['OperationNotCovered', 's']);
      }
    },
  );

  it.each(['P30D', 'PT12H', 'P4DT12H', 'p30d', 'T12H', 'P1W'])('takes the duration %s', (ExpireAfter) => {
    expect(() => parseDefinition(pipeline([train({}, { CacheConfig: { Enabled: true, ExpireAfter } })]))).not.toThrow();
  });
});

describe('the arguments of steps are the service model’s', () => {
  it.each(Object.entries(PIPELINE_STEPS).flatMap(([type, operation]) => (operation === null ? [] : [[type, operation] as const])))(
    '%s',
    (type, operation) => {
      const { members = {}, required = [] } = inputOf(operation);
      const { all, required: needed } = argumentNames(type as 'Training');
      expect(all.filter((name) => !Object.hasOwn(members, name))).toEqual([]);
      // What the model requires is required here, or is filled in: the job's name by SageMaker, the role by Sealab.
      expect(required.filter((name) => !needed.includes(name) && !/^[A-Za-z]*Name$|^RoleArn$/.test(name))).toEqual([]);
    },
  );
});

describe('a pipeline of the SageMaker Python SDK 2', () => {
  let written: Record<'alone' | 'defaults', string>;
  beforeAll(async () => {
    const one = async (defaults: boolean) => (await capture('sagemaker-v2', 'pipeline_v2.py', defaults)).outcome['definition'] ?? '';
    const [alone, defaults] = await Promise.all([one(false), one(true)]);
    written = { alone, defaults };
  }, 600_000);

  it.each(['alone', 'defaults'] as const)('is read, and secured in every step: written with %s', (how) => {
    const definition = parseDefinition(written[how]);
    expect(allSteps(definition.Steps).map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'prepare Processing',
      'train Training',
      'tune Tuning',
      'decide Condition',
      'model-CreateModel Model',
      'register-RegisterModel RegisterModel',
      'score Transform',
      'fail Fail',
    ]);
    const { definition: secured } = secureDefinition(definition, environment);
    const named = (name: string) => allSteps(secured.Steps).find(({ Name }) => Name === name)?.Arguments ?? {};
    expect(misfits('CreateTransformJob', named('score')).filter((misfit) => !/JobName is missing/.test(misfit))).toEqual([]);
    expect(named('train')).toMatchObject({ EnableNetworkIsolation: true, RoleArn: environment.roles.jobExecution });
    expect(named('tune')).toMatchObject({ TrainingJobDefinition: { OutputDataConfig: { KmsKeyId: environment.keys.storage } } });
    expect(named('model-CreateModel')).toMatchObject({ ExecutionRoleArn: environment.roles.endpointHosting });
    expect(named('score')).toMatchObject({ TransformOutput: { KmsKeyId: environment.keys.storage } });
  });
});
