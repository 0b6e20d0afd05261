import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { formErrors, formInput, formState, type FormState } from '../../extension/panel/src/training/form-state.ts';
import { TrainingForm } from '../../extension/service/src/training-form.ts';

/** As the service sends it to the panel. */
const { properties } = z.toJSONSchema(TrainingForm, { io: 'input' }) as { properties: Parameters<typeof formErrors>[2] };
const trans = {
  __: (text: string, ...values: unknown[]) => values.reduce<string>((all, value, i) => all.replace(`%${i + 1}`, String(value)), text),
} as Parameters<typeof formErrors>[3];
const valid = formState({ script: 'train.py', data: 'data.csv' }, { instanceType: 'ml.m5.large', framework: 'scikit-learn' });
const errorsOf = (part: Partial<FormState>) => formErrors(formInput({ ...valid, ...part }), { ...valid, ...part }, properties, trans);

describe('the training form', () => {
  it('says nothing about what is valid, and the service agrees', () => {
    expect(errorsOf({})).toEqual({});
    expect(TrainingForm.safeParse(formInput(valid)).success).toBe(true);
  });

  const wrong: [keyof ReturnType<typeof errorsOf>, Partial<FormState>][] = [
    ['script', { script: '' }],
    ['script', { script: 'train.sh' }],
    ['name', { name: '-a' }],
    ['name', { name: 'a b' }],
    ['data', { data: 'http://example.com/data.csv' }],
    ['instanceCount', { instanceCount: '0' }],
    ['instanceCount', { instanceCount: '1.5' }],
    ['instanceCount', { instanceCount: 'many' }],
    ['volumeSize', { volumeSize: '99999' }],
    ['maxRuntime', { minutes: '0' }],
  ];
  it.each(wrong)('finds what the service would refuse: %s in %j', (field, part) => {
    expect(errorsOf(part)[field]).toEqual(expect.any(String));
    expect(TrainingForm.safeParse(formInput({ ...valid, ...part })).success).toBe(false);
  });

  it.each<[keyof ReturnType<typeof errorsOf>, Partial<FormState>]>([
    ['hyperparameters', { hyperparameters: [{ name: '', value: '3' }] }],
    [
      'hyperparameters',
      {
        hyperparameters: [
          { name: 'a', value: '1' },
          { name: 'a ', value: '2' },
        ],
      },
    ],
    ['metrics', { metrics: [{ name: 'auc', value: '(' }] }],
  ])('finds what a table cannot mean: %s', (field, part) => {
    expect(errorsOf(part)[field]).toEqual(expect.any(String));
  });

  it('leaves empty lines and fields out', () => {
    expect(formInput({ ...valid, data: ' ', hyperparameters: [{ name: '', value: '' }] })).not.toHaveProperty('data');
    expect(formInput({ ...valid, hyperparameters: [{ name: '', value: '' }] }).hyperparameters).toEqual({});
  });
});
