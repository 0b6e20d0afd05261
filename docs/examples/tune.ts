import { connect, table } from '@sealab/sdk';

const lab = await connect();

const tuning = await lab.tune({
  script: 'train.py',
  data: 'data/',
  metrics: { auc: 'validation:auc=([0-9.]+)' },
  objective: { metric: 'auc', goal: 'Maximize' },
  ranges: {
    eta: { min: 0.01, max: 0.3, scaling: 'Logarithmic' },
    depth: { min: 2, max: 9, integer: true },
    booster: { values: ['gbtree', 'dart'] },
  },
  hyperparameters: { rounds: 200 }, // the same for every training job
  maxJobs: 20,
  maxParallelJobs: 4,
  earlyStopping: true,
});

await tuning.wait({ onProgress: ({ counts }) => console.log(`${counts.completed} completed, ${counts.running} running`) });
const { job, objective, hyperparameters } = await tuning.best();
console.log(job.name, objective, hyperparameters); // `lab.deploy(job)` hosts it

const trials = await tuning.trials(); // best first
table(trials.map((trial) => ({ name: trial.job.name, auc: trial.objective, ...trial.hyperparameters })));
