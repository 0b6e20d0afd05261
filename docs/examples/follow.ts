import { connect } from '@sealab/sdk';

const lab = await connect();

// Ten seeds at the same time.
const jobs = await Promise.all(
  Array.from({ length: 10 }, (_, seed) => lab.train({ script: 'train.py', hyperparameters: { seed }, name: `credit-seed-${seed}` })),
);

// One list asks for all of them: 200 jobs cost what one costs.
for await (const { name, status, phase } of lab.follow(jobs)) console.log(name, status, phase);

// Or wait, and get what SageMaker says of each; throws JobNotCompleted that names those that failed.
const described = await lab.waitAll(jobs);
console.log(described.map(({ ModelArtifacts }) => ModelArtifacts?.S3ModelArtifacts));
