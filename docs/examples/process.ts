import { connect } from '@sealab/sdk';

const lab = await connect();

const job = await lab.process({
  script: 'prepare.py',
  inputs: { raw: 'data/' }, // in the container: /opt/ml/processing/input/raw
  outputs: ['clean'], // what the program writes to /opt/ml/processing/output/clean
  arguments: ['--drop-missing'],
});

await job.wait({ onProgress: ({ status, elapsedSeconds }) => console.log(status, Math.round(elapsedSeconds)) });
const { clean } = await job.outputs();
console.log(clean); // s3://…: the next job's input
