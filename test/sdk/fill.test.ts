import { describe, expect, it } from '@jest/globals';
import { isReadOnly } from '@sealab/sdk/contract';
import { exportControls, fillSecureFields, secureFields } from '@sealab/sdk/secure';
import { environment, isolatedOnly } from './environment-fixture.ts';
import { refusal } from './refusals.ts';

describe('fillSecureFields', () => {
  it('leaves the caller’s request as it was', () => {
    const input = Object.freeze({
      TrainingJobName: 'a',
      ResourceConfig: Object.freeze({ InstanceType: 'ml.m5.large' as const, InstanceCount: 1, VolumeSizeInGB: 1 }),
    });
    const { input: sent } = fillSecureFields('CreateTrainingJob', input, environment);
    expect(input.ResourceConfig).not.toHaveProperty('VolumeKmsKeyId');
    expect(sent.ResourceConfig).toMatchObject({ InstanceType: 'ml.m5.large', VolumeKmsKeyId: environment.keys.volume });
  });

  it('keeps a choice within the limits and says whose it is', () => {
    const { input, fields } = fillSecureFields(
      'CreateTrainingJob',
      { VpcConfig: { Subnets: ['subnet-0bbb2222'], SecurityGroupIds: undefined } },
      environment,
    );
    expect(input.VpcConfig).toEqual({ Subnets: ['subnet-0bbb2222'], SecurityGroupIds: ['sg-0ccc3333'] });
    expect(Object.fromEntries(fields.map(({ location, origin }) => [location, origin]))).toMatchObject({
      'VpcConfig.Subnets': 'caller',
      'VpcConfig.SecurityGroupIds': 'environment',
      EnableNetworkIsolation: 'contract',
    });
  });

  it('refuses a list with one foreign subnet, an empty list, and an object replaced by text or by a list', () => {
    for (const Subnets of [['subnet-0aaa1111', 'subnet-0dead'], []]) {
      expect(
        refusal(() => fillSecureFields('CreateTrainingJob', { VpcConfig: { Subnets, SecurityGroupIds: ['sg-0ccc3333'] } }, environment))
          .details['field'],
      ).toBe('VpcConfig.Subnets');
    }
    for (const given of ['none', []]) {
      expect(refusal(() => fillSecureFields('CreateTrainingJob', { VpcConfig: given } as never, environment)).details).toMatchObject({
        field: 'VpcConfig',
        given,
      });
    }
  });

  it('lets the caller leave isolation only where the environment allows it', () => {
    expect(fillSecureFields('CreateTrainingJob', { EnableNetworkIsolation: false }, environment).input.EnableNetworkIsolation).toBe(false);
    expect(fillSecureFields('CreateTrainingJob', {}, environment).input.EnableNetworkIsolation).toBe(true);
    const error = refusal(() => fillSecureFields('CreateTrainingJob', { EnableNetworkIsolation: false }, isolatedOnly));
    expect(error.details).toEqual({
      field: 'EnableNetworkIsolation',
      given: false,
      required: true,
      source: 'the contract',
      control: 'CreateTrainingJob.NetworkIsolation',
    });
    expect(error.remedy).toMatch(/connectedAllowed/);
  });

  it('fills a key only where the caller gave the enclosing object', () => {
    const variant = { VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 1 };
    expect(fillSecureFields('CreateEndpointConfig', { ProductionVariants: [variant] }, environment).input).not.toHaveProperty(
      'DataCaptureConfig',
    );
    const capture = {
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: 's3://credit-risk-model/capture',
      CaptureOptions: [],
    };
    expect(
      fillSecureFields('CreateEndpointConfig', { ProductionVariants: [variant], DataCaptureConfig: capture }, environment).input
        .DataCaptureConfig,
    ).toEqual({ ...capture, KmsKeyId: environment.keys.storage });
  });

  it('merges tags key by key and refuses another value for one of the environment’s', () => {
    const own = [
      { Key: 'mine', Value: '1' },
      { Key: 'cost-centre', Value: '4711' },
    ];
    const { input, fields } = fillSecureFields('CreateModel', { Tags: own }, environment);
    expect(input.Tags).toEqual([...own, { Key: 'sealab:project', Value: 'credit-risk' }]);
    expect(fields.filter(({ control }) => control === 'Tags').map(({ location, origin }) => [location, origin])).toEqual([
      ['Tags[cost-centre]', 'caller'],
      ['Tags[sealab:project]', 'environment'],
    ]);
    expect(
      refusal(() => fillSecureFields('CreateModel', { Tags: [{ Key: 'cost-centre', Value: '0' }] }, environment)).details,
    ).toMatchObject({ field: 'Tags[cost-centre]', required: '4711', control: 'Tags' });
    expect((fillSecureFields('CreateEndpoint', { EndpointName: 'e' }, environment).input as { Tags?: unknown }).Tags).toHaveLength(2);
  });

  it('sends a filled request unchanged', () => {
    const once = fillSecureFields('CreateTrainingJob', { TrainingJobName: 'a' }, environment).input;
    expect(fillSecureFields('CreateTrainingJob', once, environment).input).toEqual(once);
  });

  it('lets through what reads and what is guarded by reference, and refuses what the contract does not know', () => {
    for (const operation of ['DescribeTrainingJob', 'ListModels', 'Search', 'CreateEndpoint', 'StopTrainingJob'])
      expect(() => fillSecureFields(operation, {}, environment)).not.toThrow();
    for (const operation of ['CreateCluster', 'StartSession', 'DeleteTags', 'CreateSomethingNew', 'constructor']) {
      const error = refusal(() => fillSecureFields(operation, {}, environment));
      expect([error.code, error.details['operation']]).toEqual(['OperationNotCovered', operation]);
    }
  });
});

describe('what is shown and exported', () => {
  it('lists the fields of a form: locked ones with their value, choices with what is allowed', () => {
    const fields = Object.fromEntries(secureFields('CreateTrainingJob', isolatedOnly).map((field) => [field.path, field]));
    expect(fields['ResourceConfig.VolumeKmsKeyId']).toMatchObject({ locked: true, wanted: environment.keys.volume });
    expect(fields['EnableNetworkIsolation']).toMatchObject({ locked: true, wanted: true });
    expect(fields['ResourceConfig.InstanceType']).toMatchObject({ locked: false, wanted: ['ml.m5.large', 'ml.m5.xlarge'] });
  });

  it('exports the contract as plain data', () => {
    const exported = exportControls();
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
    for (const prefix of exported.readOnlyPrefixes) expect(isReadOnly(`${prefix}Something`)).toBe(true);
    expect(isReadOnly('CreateSomething')).toBe(false);
    expect(exported.operations.CreateTrainingJob.map(({ id }) => id)).toContain('CreateTrainingJob.VolumeKey');
  });
});
