import { connect, SealabError } from '@sealab/sdk';

const lab = await connect();

const { calls } = await lab.plan({ script: 'train.py', data: 'data/' }); // nothing is uploaded or sent
for (const { operation, fields } of calls) for (const { location, origin } of fields) console.log(operation, location, origin);

try {
  await lab.train({ script: 'train.py', instanceType: 'ml.p5.48xlarge' });
} catch (error) {
  if (!(error instanceof SealabError)) throw error;
  console.log(error.code, error.message, error.remedy);
  console.log(lab.explain(error, 'CreateTrainingJob').text);
}
