import { describe, expect, it } from '@jest/globals';
import { CreatePipelineCommand, UpdatePipelineCommand } from '@aws-sdk/client-sagemaker';
import { allSteps } from '../../sdk/src/pipelines/definition.ts';
import { secureDefinition } from '../../sdk/src/secure/pipeline.ts';
import { environment, isolatedOnly } from './environment-fixture.ts';
import { labOnAPort } from './lab-on-a-port.ts';
import { condition, equals, evaluate, image, model, pipeline, processing, text, train, training } from './pipelines-cases.ts';
import { refusal } from './refusals.ts';

describe('the security fields inside a definition', () => {
  const securedStep = (steps: unknown, parameters: unknown[] = [], where = environment) =>
    allSteps(secureDefinition(pipeline(steps, parameters), where).definition.Steps).at(-1);

  it('are filled in, in a branch too, and a second time change nothing', () => {
    const once = secureDefinition(pipeline([condition([equals(1)], [train()])]), environment).definition;
    const [, step] = allSteps(once.Steps);
    expect(step?.Arguments).toMatchObject({
      EnableNetworkIsolation: true,
      VpcConfig: { SecurityGroupIds: environment.network.securityGroupIds },
      OutputDataConfig: { KmsKeyId: environment.keys.storage },
    });
    expect(secureDefinition(once, environment).definition).toEqual(once);
  });

  const models = { 'Std:Join': { On: '/', Values: ['s3:/', 'credit-risk-model', { Get: 'Execution.PipelineExecutionId' }] } };
  it.each<[string, unknown[], unknown[]?]>([
    ['the output of another step', [train(), model({ ModelDataUrl: { Get: 'Steps.train.ModelArtifacts.S3ModelArtifacts' } })]],
    ['a location that begins with the bucket', [model({ ModelDataUrl: models })]],
    [
      'a location below the output of another step',
      [
        train(),
        model({
          ModelDataUrl: { 'Std:Join': { On: '/', Values: [{ Get: 'Steps.train.OutputDataConfig.S3OutputPath' }, 'model.tar.gz'] } },
        }),
      ],
    ],
    [
      'a parameter with allowed choices',
      [train({ ResourceConfig: { ...training.ResourceConfig, InstanceType: { Get: 'Parameters.I' } } })],
      [text('I', { EnumValues: ['ml.m5.large'] })],
    ],
    ['an image out of allowed ones', [model({ Image: { Get: 'Parameters.I' } })], [text('I', { EnumValues: [image] })]],
    [
      'isolation by parameter where it is left to the caller',
      [train({ EnableNetworkIsolation: { Get: 'Parameters.N' } })],
      [{ Name: 'N', Type: 'Boolean' }],
    ],
    ['a parameter that no rule is about', [train({ Environment: { A: { Get: 'Parameters.I' } } })], [text('I')]],
  ])('let through %s', (_name, steps, ...[parameters]) => {
    const given = allSteps(steps as never).at(-1)?.Arguments;
    expect(securedStep(steps, parameters)?.Arguments).toMatchObject(given as Record<string, unknown>);
  });

  const any = [text('P'), text('Q', { EnumValues: ['ml.m5.large', 'ml.p4d.24xlarge'] }), { Name: 'B', Type: 'Boolean' }];
  const parameter = { Get: 'Parameters.P' };
  it.each<[string, unknown, string, typeof environment?]>([
    [
      'another key',
      train({ OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/x', KmsKeyId: 'other' } }),
      'OutputDataConfig.KmsKeyId',
    ],
    [
      'a key by parameter',
      train({ OutputDataConfig: { S3OutputPath: 's3://credit-risk-model/x', KmsKeyId: parameter } }),
      'OutputDataConfig.KmsKeyId',
    ],
    [
      'a free instance type',
      train({ ResourceConfig: { ...training.ResourceConfig, InstanceType: parameter } }),
      'ResourceConfig.InstanceType',
    ],
    [
      'a forbidden choice',
      train({ ResourceConfig: { ...training.ResourceConfig, InstanceType: { Get: 'Parameters.Q' } } }),
      'ResourceConfig.InstanceType',
    ],
    ['a network by parameter', train({ VpcConfig: parameter }), 'VpcConfig'],
    [
      'subnets by parameter',
      train({ VpcConfig: { Subnets: parameter, SecurityGroupIds: environment.network.securityGroupIds } }),
      'VpcConfig.Subnets',
    ],
    [
      'one subnet by parameter',
      train({ VpcConfig: { Subnets: [parameter], SecurityGroupIds: environment.network.securityGroupIds } }),
      'VpcConfig.Subnets',
    ],
    [
      'isolation by parameter where it is forced',
      train({ EnableNetworkIsolation: { Get: 'Parameters.B' } }),
      'EnableNetworkIsolation',
      isolatedOnly,
    ],
    [
      'a list of outputs by parameter',
      evaluate({ Arguments: { ...processing, ProcessingOutputConfig: { Outputs: parameter } } }),
      'ProcessingOutputConfig.Outputs',
    ],
    [
      'an output elsewhere',
      evaluate({
        Arguments: { ...processing, ProcessingOutputConfig: { Outputs: [{ OutputName: 'r', S3Output: { S3Uri: 's3://elsewhere/r' } }] } },
      }),
      'ProcessingOutputConfig.Outputs[0].S3Output.S3Uri',
    ],
    [
      'an output by parameter',
      evaluate({
        Arguments: { ...processing, ProcessingOutputConfig: { Outputs: [{ OutputName: 'r', S3Output: { S3Uri: parameter } }] } },
      }),
      'ProcessingOutputConfig.Outputs[0].S3Output.S3Uri',
    ],
    [
      'a bucket whose name goes on',
      model({ ModelDataUrl: { 'Std:Join': { On: '', Values: ['s3://credit-risk-model', parameter] } } }),
      'PrimaryContainer.ModelDataUrl',
    ],
    [
      'a location that begins with a parameter',
      model({ ModelDataUrl: { 'Std:Join': { On: '/', Values: [parameter, 'credit-risk-model'] } } }),
      'PrimaryContainer.ModelDataUrl',
    ],
    [
      'a location that goes on after the output of another step',
      model({ ModelDataUrl: { 'Std:Join': { On: '', Values: [{ Get: 'Steps.first.OutputDataConfig.S3OutputPath' }, parameter] } } }),
      'PrimaryContainer.ModelDataUrl',
    ],
    [
      'a location below the input of another step',
      model({
        ModelDataUrl: { 'Std:Join': { On: '/', Values: [{ Get: 'Steps.first.InputDataConfig[0].DataSource.S3DataSource.S3Uri' }, 'x'] } },
      }),
      'PrimaryContainer.ModelDataUrl',
    ],
    [
      'an input of another step as a model',
      model({ ModelDataUrl: { Get: 'Steps.first.InputDataConfig[0].DataSource.S3DataSource.S3Uri' } }),
      'PrimaryContainer.ModelDataUrl',
    ],
    ['a foreign image', model({ Image: 'docker.io/evil' }), 'PrimaryContainer.Image'],
    ['an own role', train({ RoleArn: parameter }), 'RoleArn'],
    ['tags by parameter', train({ Tags: parameter }), 'Tags'],
    ['a remote shell', train({ RemoteDebugConfig: { EnableRemoteDebug: true } }), 'RemoteDebugConfig.EnableRemoteDebug'],
  ])('refuse %s', (_name, step, field, ...[where]) => {
    const first = train({}, { Name: 'first' });
    for (const steps of [
      [first, step],
      [first, condition([equals(1)], [step])],
    ]) {
      const error = refusal(() => secureDefinition(pipeline(steps, any), where ?? environment));
      expect([error.code, error.details['field'], error.details['step']]).toEqual([
        'SecureFieldConflict',
        field,
        (step as { Name: string }).Name,
      ]);
    }
  });
});

describe('raw commands', () => {
  it('carry secured definitions, and none from S3', async () => {
    const { lab, service } = await labOnAPort(() => ({ json: { PipelineArn: 'arn' } }));
    const { sageMaker } = lab.clients;
    const PipelineDefinition = JSON.stringify(pipeline([train()]));
    const ClientRequestToken = 'x'.repeat(32);
    await sageMaker.send(new CreatePipelineCommand({ PipelineName: 'p', ClientRequestToken, RoleArn: undefined, PipelineDefinition }));
    await sageMaker.send(new UpdatePipelineCommand({ PipelineName: 'p', PipelineDefinition }));
    await sageMaker.send(new UpdatePipelineCommand({ PipelineName: 'p', PipelineDescription: 'only this' }));
    for (const { input } of [...service.sent('CreatePipeline'), ...service.sent('UpdatePipeline').slice(0, 1)])
      expect(JSON.parse(String(input['PipelineDefinition']))).toMatchObject({
        Steps: [{ Arguments: { EnableNetworkIsolation: true, RoleArn: environment.roles.jobExecution } }],
      });
    expect(service.sent('UpdatePipeline')[1]?.input).toEqual({ PipelineName: 'p', PipelineDescription: 'only this' });
    const before = service.requests.length;
    const Lambda = JSON.stringify(pipeline([{ Name: 'l', Type: 'Lambda', FunctionArn: 'arn', Arguments: {} }]));
    await expect(sageMaker.send(new UpdatePipelineCommand({ PipelineName: 'p', PipelineDefinition: Lambda }))).rejects.toMatchObject({
      code: 'OperationNotCovered',
    });
    const PipelineDefinitionS3Location = { Bucket: environment.buckets.artifacts, ObjectKey: 'definition.json' };
    await expect(sageMaker.send(new UpdatePipelineCommand({ PipelineName: 'p', PipelineDefinitionS3Location }))).rejects.toMatchObject({
      code: 'SecureFieldConflict',
    });
    expect(service.requests).toHaveLength(before);
  });
});
