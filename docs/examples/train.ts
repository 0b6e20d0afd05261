import { chart, connect } from '@sealab/sdk';

const lab = await connect();

const job = await lab.train({
  script: 'train.py', // or sourceDirectory: 'src', script: 'train.py'
  inputs: { train: 'data/', validation: 's3://credit-risk-data/validation/' }, // files and folders are uploaded with the project's key
  hyperparameters: { 'max-iter': 200 },
  metrics: { auc: 'validation:auc=([0-9.]+)' },
});

for await (const { message } of job.logs()) console.log(message);
await job.wait(); // throws JobNotCompleted with the container's message

const metrics = await job.metrics();
console.log(metrics.last['auc']); // as SageMaker reports it, else the last point
chart(metrics, { x: 'time' });
