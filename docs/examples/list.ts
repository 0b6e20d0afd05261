import { connect, table } from '@sealab/sdk';

const lab = await connect();

for await (const { name, status } of lab.list('training-jobs', { nameContains: 'credit', status: 'Completed' })) console.log(name, status);

const newest = await lab.list('training-jobs').all(100);
table(newest, { columns: ['name', 'createdAt'], most: 20 });

const best = await lab
  .search('training-jobs', {
    where: [
      ['Tags.team', 'Equals', 'risk'],
      ['Metrics.auc', 'GreaterThan', 0.75],
    ],
    sortBy: 'Metrics.auc',
  })
  .all(10);
console.log(best.map(({ name }) => name)); // best first

const [latest] = await lab.list('pipeline-executions', { of: 'credit' }).all(1);
console.log(latest?.name, latest?.status); // `await lab.attach(latest.name, 'pipeline-executions')` takes it up

const job = lab.attach('credit-240506-070809-a1b2'); // take up something that exists
const seal = await job.seal();
console.log(seal.status, seal.controls.length);
