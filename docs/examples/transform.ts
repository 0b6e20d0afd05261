import { connect } from '@sealab/sdk';

const lab = await connect();

const customers = {
  rows: [
    [1, 41, 52_000, 0.31],
    [2, 23, 18_500, 0.77],
  ],
};
const job = await lab.transform({
  model: lab.attach('credit-240506-070809-a1b2'), // packed with its code and made a SageMaker model first
  data: customers, // or a file or a folder; what is in S3 has to be in the model bucket
  inputFilter: '$[1:]', // the model does not see the ID
  joinSource: 'Input',
  outputFilter: '$[0,-1]', // what is kept: ID and prediction
});

await job.wait();
for (const { s3Uri, value } of await job.predictions()) console.log(s3Uri, value);
