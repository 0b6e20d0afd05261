import { connect } from '@sealab/sdk';

const lab = await connect();

const job = await lab.autoML({
  data: 's3://credit-risk-data/credit.csv', // CSV with a header, or Parquet
  target: 'default',
  problem: 'BinaryClassification',
  metric: 'AUC',
  maxCandidates: 10,
  maxRuntime: 3_600,
});
await job.wait();

const best = await job.best();
console.log(best.name, best.metric, best.value);
for (const { image, artifacts } of best.containers) console.log(image, artifacts);

const endpoint = await lab.deploy(job, { name: 'credit-found' }); // or one of `await job.candidates()`
console.log(endpoint.name);
