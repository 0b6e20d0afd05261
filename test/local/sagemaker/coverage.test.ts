import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateAutoMLJobCommand, CreateDomainCommand, ListHubsCommand } from '@aws-sdk/client-sagemaker';
import { refusal } from '../gateway/running-gateway.ts';
import { startRunningSageMaker, type RunningSageMaker } from './running-sagemaker.ts';

let lab: RunningSageMaker;
beforeAll(async () => {
  lab = await startRunningSageMaker();
}, 300_000);
afterAll(() => lab.stop(), 60_000);

describe('an operation of SageMaker', () => {
  it('is answered, or refused for a reason that somebody gave', async () => {
    const { coverageTable } = await import('../../../local/gateway/coverage-table.ts');
    const { createSageMakerService } = await import('../../../local/gateway/services/sagemaker/service.ts');
    const rows = (await coverageTable([createSageMakerService(lab.platform)])).filter(({ service }) => service === 'sagemaker');
    expect(rows.length).toBeGreaterThan(350);
    expect(
      rows.filter(({ answeredBy, reason }) => answeredBy === 'nobody' && reason === undefined).map(({ operation }) => operation),
    ).toEqual([]);
    expect(rows.filter(({ answeredBy }) => answeredBy === 'moto')).toEqual([]);
  }, 60_000);

  it.each([
    ['a domain', () => lab.sageMaker.send(new CreateDomainCommand({ DomainName: 'd' } as never)), 'Studio does not run here'],
    ['AutoML', () => lab.sageMaker.send(new CreateAutoMLJobCommand({ AutoMLJobName: 'a' } as never)), 'AutoML does not run here'],
    ['a hub', () => lab.sageMaker.send(new ListHubsCommand({})), 'no model hub'],
  ])('of what is not here says so: %s', async (_what, ask, message) => {
    expect(await refusal(ask())).toMatchObject({ name: 'OperationNotEmulated', message: expect.stringContaining(message) });
  });
});
