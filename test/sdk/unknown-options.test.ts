import { afterAll, describe, expect, it } from '@jest/globals';
import { connect } from '@sealab/sdk';
import type { Lab } from '@sealab/sdk';
import { environment } from './environment-fixture.ts';

const opened = connect({ environment, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpointUrl: 'http://127.0.0.1:1' });
afterAll(async () => (await opened).close());

/** A slip of the pen in each method's options, as JavaScript lets it pass. */
const SLIPS: Readonly<Record<string, (lab: Lab) => unknown>> = {
  offlne: (lab) => lab.features.create({ name: 'a', rows: [{ id: 'a' }], recordIdentifier: 'id', offlne: true } as never),
  paramters: (lab) => lab.experiments.run('credit', { paramters: {} } as never),
  limt: (lab) => lab.experiments.compare('credit', { limt: 1 } as never),
  descripton: (lab) => lab.registry.create('credit', { descripton: 'a' } as never),
  staus: (lab) => lab.registry.versions('credit', { staus: 'Approved' } as never),
  too: (lab) => lab.upload({ text: 'a' }, { too: 'model' } as never),
  nameContans: (lab) => lab.list('models', { nameContans: 'a' } as never),
  timout: (lab) => lab.preflight({ script: { name: 'a.py', text: '1' } }, { timout: 1 } as never),
  colums: (lab) => lab.monitor.baseline({ data: { text: 'a\n1\n' }, colums: ['a'] } as never),
  treshold: (lab) => lab.monitor.drift({ endpoint: 'a', baseline: 's3://credit-risk-model/a', treshold: 1 } as never),
  metrc: (lab) => lab.monitor.explain({ model: { trainingJob: 'a' }, data: { text: 'a\n1\n' }, target: 'a', metrc: 'r2' } as never),
};

describe('an unknown option', () => {
  it.each(Object.entries(SLIPS))('%s is refused before anything is asked', async (name, call) => {
    const lab = await opened;
    await expect(Promise.resolve().then(() => call(lab))).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining(JSON.stringify(name)),
    });
  });
});
