import { describe, expect, it } from '@jest/globals';
import { CONTROLS, GUARDED_BY_REFERENCE, isReadOnly, REFUSED } from '@sealab/sdk/contract';
import type { Control } from '@sealab/sdk/contract';
import { exportControls, fillSecureFields } from '@sealab/sdk/secure';
import { takesTags } from '../../sdk/src/secure/operation.ts';
import { isolatedOnly } from './environment-fixture.ts';
import { refusal } from './refusals.ts';
import { inputOf, leaves, operations, shapeAt } from './sagemaker-model.ts';

/**
 * The contract against what AWS publishes. The service model is newer with every botocore that the services' Python
 * environment gets: an operation or a security field that AWS adds fails here until somebody has decided about it.
 */
const mutating = operations.filter((operation) => !isReadOnly(operation));
const controls: Readonly<Record<string, readonly Control[]>> = CONTROLS;
const all = Object.values(controls).flat();

/** Names of fields on keys, network, isolation, encryption, roles, shells and places to write to. */
const SECURITY_FIELD = new RegExp(
  [
    'kms',
    'encrypt',
    'vpc',
    'subnet',
    'securitygroup',
    'isolation',
    'internetaccess',
    'networkaccesstype',
    'role(arn)?$',
    'rootaccess',
    'metadataserviceversion',
    'remotedebug',
    'remoteaccess',
    'ssmaccess',
    'sessiontagchaining',
    'credentialsprovider',
    's3output',
    'outputs3',
    'destinations3',
    'artifactstoreuri',
    'ipaddresstype',
    'enabledockeraccess',
  ].join('|'),
  'i',
);
/** Fields whose own name says too little. */
const SECURITY_PATH = /(^|\.)VpcConfig\.|(S3Output|CheckpointConfig|S3StorageConfig)\.S3Uri$/;
const securityFields = (operation: string): readonly string[] =>
  leaves(operation).filter((path) => SECURITY_FIELD.test(path.split('.').at(-1) ?? '') || SECURITY_PATH.test(path));

/** Whether a rule is about the field, or forbids an object around it. */
const ruled = (operation: string, field: string): boolean =>
  (controls[operation] ?? []).some(({ path, match }) => path === field || (match === 'absent' && field.startsWith(`${path}.`)));

describe('every operation of SageMaker that changes something', () => {
  it('is covered, guarded or refused', () => {
    const decided = (operation: string): boolean =>
      [CONTROLS, GUARDED_BY_REFERENCE, REFUSED].some((table) => Object.hasOwn(table, operation));
    expect(mutating.length).toBeGreaterThan(200);
    expect(mutating.filter((operation) => !decided(operation))).toEqual([]);
  });

  it('stands in one table only, and exists', () => {
    const decided = [CONTROLS, GUARDED_BY_REFERENCE, REFUSED].flatMap((table) => Object.keys(table));
    expect(decided.filter((operation, index) => decided.indexOf(operation) !== index)).toEqual([]);
    expect(decided.filter((operation) => !mutating.includes(operation))).toEqual([]);
  });

  it('has a rule for each of its security fields where it is covered', () => {
    const fields = Object.keys(CONTROLS).flatMap((operation) => securityFields(operation).map((field) => [operation, field] as const));
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(([operation, field]) => !ruled(operation, field)).map((field) => field.join('.'))).toEqual([]);
  });

  it('has no security field where it is only guarded', () => {
    const fields = Object.keys(GUARDED_BY_REFERENCE).flatMap((operation) =>
      securityFields(operation).map((field) => `${operation}.${field}`),
    );
    expect(fields).toEqual([]);
  });

  it.each(Object.entries(REFUSED))('%s is refused with its reason', (operation, because) => {
    expect(because).toMatch(/^[A-Z].*\.$/);
    const refused = refusal(() => fillSecureFields(operation, {}, isolatedOnly));
    expect(refused).toMatchObject({ code: 'OperationNotCovered', message: expect.stringContaining(because) });
  });

  it('has a reason that people can read where it is guarded, and both tables are exported', () => {
    for (const because of Object.values(GUARDED_BY_REFERENCE)) expect(because).toMatch(/^[A-Z].*\.$/);
    expect(exportControls()).toMatchObject({ refused: REFUSED, guardedByReference: GUARDED_BY_REFERENCE });
  });

  it('takes tags where the contract puts them', () => {
    // A version in a group may not have tags of its own, although the request has the field.
    const expected = mutating.filter(
      (operation) =>
        inputOf(operation).members?.['Tags'] !== undefined &&
        (Object.hasOwn(CONTROLS, operation) || /^Create(Endpoint|ModelPackageGroup)$/.test(operation)) &&
        operation !== 'CreateModelPackage',
    );
    expect(mutating.filter(takesTags)).toEqual(expected);
  });
});

const byId = (controls: readonly Control[]) => controls.map((control) => [control.id, control] as const);

describe('every rule', () => {
  const TYPES: Readonly<Record<Control['match'], RegExp>> = {
    subset: /^list$/,
    true: /^boolean$/,
    false: /^boolean$/,
    equals: /^string$/,
    'one-of': /^string$/,
    'in-bucket': /^string$/,
    'in-registry': /^string$/,
    absent: /./,
  };

  it.each(byId(all))('%s is about a field of the service model, of the right type', (_, { operation, path, match }) => {
    expect(shapeAt(operation, path)?.type).toMatch(TYPES[match]);
  });

  const constant = all.filter(({ operation, path, wanted, match }) => {
    return 'constant' in wanted && match !== 'absent' && shapeAt(operation, path)?.enum !== undefined;
  });
  it.each(byId(constant))('%s wants a value that the service model takes', (_, { operation, path, wanted }) => {
    expect(shapeAt(operation, path)?.enum).toContain('constant' in wanted ? wanted.constant : undefined);
  });

  const within = all.filter((control) => control.within !== undefined);
  it.each(byId(within))('%s holds within an object that the caller may leave out', (_, control) => {
    const [outer, name] = /^(?:(.*)\.)?([^.]+)$/.exec(control.within ?? '')?.slice(1) ?? [];
    const parent = outer === undefined ? inputOf(control.operation) : shapeAt(control.operation, outer);
    expect(parent?.members?.[name ?? '']).toBeDefined();
    expect(parent?.required ?? []).not.toContain(name);
  });
});
