import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, SealabError, type ErrorBody, type ErrorCode } from '@sealab/sdk';
import { appWith } from './service-lab.ts';

const failing = (error: Error) => appWith(() => Promise.reject(error));
const aws = (name: string, message: string, httpStatusCode: number) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('errors', () => {
  const statuses: { readonly [Code in ErrorCode]: number } = {
    EnvironmentNotFound: 503,
    EnvironmentInvalid: 503,
    EnvironmentVersionUnknown: 503,
    SecureFieldConflict: 409,
    OperationNotCovered: 403,
    OperationNotEmulated: 501,
    InvalidInput: 400,
    InputNotFound: 404,
    AccessDenied: 403,
    JobNotCompleted: 409,
    WaitEnded: 504,
    UpdateRolledBack: 409,
    InvocationFailed: 422,
    Internal: 500,
  };
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s has its status, message and remedy', async (code) => {
    const response = await failing(new SealabError(code, 'What happened.', { remedy: 'What to do.' })).ask('/environment');
    expect(response.status).toBe(statuses[code]);
    expect(await response.json()).toEqual({ code, message: 'What happened.', remedy: 'What to do.' });
  });

  it.each([
    [aws('ResourceInUse', 'Training job names must be unique', 400), 409],
    [aws('ValidationException', 'Requested resource not found.', 400), 404],
    [aws('ValidationException', '1 validation error detected', 400), 400],
    [aws('ThrottlingException', 'Rate exceeded', 400), 429],
    [aws('InternalFailure', 'Service error', 500), 502],
  ])('%s of AWS keeps its name and message', async (error, status) => {
    const response = await failing(error).ask('/environment');
    expect(response.status).toBe(status);
    expect((await response.json()) as ErrorBody).toMatchObject({ code: error.name, message: error.message });
  });

  it('tells nothing about what is unknown, and reports it without headers', async () => {
    const { ask, reported } = failing(new TypeError('secret=abc at /opt/service.js:1'));
    const response = await ask('/environment');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('secret');
    expect((JSON.parse(text) as ErrorBody).code).toBe('Internal');
    expect(reported).toHaveLength(1);
    expect(reported[0]).not.toContain('_xsrf');
  });

  it('answers an unknown path with JSON', async () => {
    const response = await appWith({}).ask('/nothing-here');
    expect(response.status).toBe(404);
    expect(((await response.json()) as ErrorBody).code).toBe('InputNotFound');
  });

  it('names the field that is wrong', async () => {
    const { post } = appWith({});
    const response = await post('/training-jobs', { script: 'train.py', instanceType: 'ml.m5.large', name: '-bad-' });
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorBody).message).toMatch(/^name: /);
  });

  it('refuses a field that the form does not have', async () => {
    const { post } = appWith({});
    const response = await post('/training-jobs', { script: 'train.py', instanceType: 'ml.m5.large', RoleArn: 'x' });
    expect(response.status).toBe(400);
  });
});
