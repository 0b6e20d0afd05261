import { connect, table } from '@sealab/sdk';

const lab = await connect();

for await (const { name, status } of lab.list('training-jobs', { nameContains: 'credit', status: 'Completed' })) console.log(name, status);

const newest = await lab.list('training-jobs').all(100);
table(newest, { columns: ['name', 'createdAt'], most: 20 });

const job = lab.attach('credit-240506-070809-a1b2'); // take up something that exists
const seal = await job.seal();
console.log(seal.status, seal.controls.length);
