import { describe, expect, it } from '@jest/globals';
import type { Lab, MimeBundle } from '@sealab/sdk';
import { labOnAPort } from './lab-on-a-port.ts';
import { misfits } from './sagemaker-model.ts';
import type { Outcome, Received } from './service-on-a-port.ts';

type Json = Record<string, unknown>;

/** Experiments as SageMaker keeps them: names are taken once, updates merge, jobs are noted a little later. */
function notes() {
  const things = new Map<string, Json>();
  const members: string[] = [];
  let listed = 0;
  const create = (name: string, input: Json): Outcome => {
    if (things.has(name))
      return { error: 'ValidationException', message: `${name} already exists. Names must be unique within an account and region.` };
    things.set(name, { ...input, CreationTime: 1_760_000_000 + things.size });
    return { json: {} };
  };
  const answer = ({ operation, input }: Received): Outcome => {
    switch (operation) {
      case 'CreateExperiment':
        return create(`experiment/${String(input['ExperimentName'])}`, input);
      case 'CreateTrial':
        return create(`trial/${String(input['TrialName'])}`, input);
      case 'CreateTrialComponent':
        return create(String(input['TrialComponentName']), input);
      case 'UpdateTrialComponent':
        things.set(String(input['TrialComponentName']), { ...things.get(String(input['TrialComponentName'])), ...input });
        return { json: {} };
      case 'DescribeTrialComponent':
        return { json: things.get(String(input['TrialComponentName'])) };
      case 'AssociateTrialComponent':
        members.push(`${String(input['TrialName'])} ${String(input['TrialComponentName'])}`);
        return { json: {} };
      case 'DescribeTrainingJob':
        return { json: { TrainingJobArn: 'arn:aws:sagemaker:eu-west-1:111122223333:training-job/t', TrainingJobStatus: 'InProgress' } };
      case 'ListTrialComponents':
        things.set('t-aws-training-job', {
          TrialComponentName: 't-aws-training-job',
          DisplayName: 'Training',
          Source: { SourceArn: input['SourceArn'], SourceType: 'SageMakerTrainingJob' },
          Parameters: { depth: { StringValue: '4' } },
          Metrics: [{ MetricName: 'auc', Last: 0.75, Count: 10 }],
        });
        return { json: { TrialComponentSummaries: listed++ === 0 ? [] : [{ TrialComponentName: 't-aws-training-job' }] } };
      case 'Search': {
        const all = members.map((member) => ({ TrialComponent: things.get(member.split(' ')[1] ?? '') })).reverse();
        const from = Number(input['NextToken'] ?? 0);
        return { json: { Results: all.slice(from, from + 2), ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}) } };
      }
      default:
        return { json: {} };
    }
  };
  return { answer, things, members };
}

describe('an experiment', () => {
  it('notes runs and jobs, and compares them', async () => {
    const { answer, things, members } = notes();
    const { lab, service } = await labOnAPort(answer);
    const run = await lab.experiments.run('credit', { name: 'first', parameters: { depth: 4, model: 'forest', balanced: true } });
    await run.log({ metrics: { auc: 0.71 } });
    await run.log({ metrics: { auc: 0.74 }, parameters: { seed: 7 } });
    await run.attach(lab.attach('t'));
    await run.finish();
    expect(things.get('credit-first')).toMatchObject({
      Status: { PrimaryStatus: 'Completed' },
      Parameters: {
        depth: { NumberValue: 4 },
        model: { StringValue: 'forest' },
        balanced: { StringValue: 'true' },
        seed: { NumberValue: 7 },
        'metric:auc': { NumberValue: 0.74 },
      },
      Tags: [{ Key: 'cost-centre' }, { Key: 'sealab:project' }],
    });
    const second = await lab.experiments.run('credit', { name: 'second', parameters: { depth: 6, model: 'forest' } });
    await second.finish('Failed', 'out of memory');
    expect(members).toEqual(['credit-runs credit-first', 'credit-runs t-aws-training-job', 'credit-runs credit-second']);

    const all = await lab.experiments.compare('credit');
    expect(all.map(({ name, source, metrics }) => [name, source, metrics])).toEqual([
      ['second', 'run', {}],
      ['Training', 'SageMakerTrainingJob', { auc: 0.75 }],
      ['first', 'run', { auc: 0.74 }],
    ]);
    const view = await (all as unknown as Record<symbol, () => Promise<MimeBundle>>)[Symbol.for('Jupyter.display')]?.();
    expect(view?.['text/plain']).toMatch(/name +what +status .*depth.* auc/);
    expect((await lab.experiments.compare('credit', { limit: 1 })).map(({ name }) => name)).toEqual(['second']);
    for (const { operation, input } of service.requests) expect([operation, misfits(operation, input)]).toEqual([operation, []]);
  });

  it('takes up a run of the same name, with what it has', async () => {
    const { answer, things } = notes();
    const { lab } = await labOnAPort(answer);
    await (await lab.experiments.run('credit', { name: 'r', parameters: { depth: 4 } })).log({ metrics: { auc: 0.7 } });
    const again = await lab.experiments.run('credit', { name: 'r', parameters: { depth: 5 } });
    await again.log({ parameters: { seed: 1 } });
    expect(things.get('credit-r')?.['Parameters']).toEqual({
      depth: { NumberValue: 5 },
      'metric:auc': { NumberValue: 0.7 },
      seed: { NumberValue: 1 },
    });
  });

  it.each<[string, (lab: Lab) => Promise<unknown>, RegExp]>([
    ['a bad name of an experiment', (lab) => lab.experiments.run('no spaces'), /experiment/],
    ['a bad name of a run', (lab) => lab.experiments.run('credit', { name: '-' }), /name/],
    ['a metric that is no number', async (lab) => (await lab.experiments.run('credit')).log({ metrics: { auc: NaN } }), /metrics\.auc/],
    ['a text that is too long', (lab) => lab.experiments.run('credit', { parameters: { note: 'x'.repeat(3_000) } }), /parameters\.note/],
    ['no limit', (lab) => lab.experiments.compare('credit', { limit: 0 }), /limit/],
  ])('refuses %s', async (_name, act, message) => {
    const { lab } = await labOnAPort(notes().answer);
    await expect(act(lab)).rejects.toMatchObject({ code: 'InvalidInput', message: expect.stringMatching(message) });
  });
});
