import { connect, SealabError } from '@sealab/sdk';

const lab = await connect();
const endpoint = await lab.deploy(lab.attach('credit-240506-070809-a1b2'), { name: 'credit-live' });

try {
  // A new fleet beside the old one: a tenth of the capacity first, watched for ten minutes.
  await endpoint.update(lab.attach('credit-240507-090011-c3d4'), {
    strategy: { canary: 10, wait: 600 },
    alarms: ['credit-errors'], // CloudWatch alarms: SageMaker goes back when one of them is raised
  });
  // Second thoughts: back to what was served before.
  const { EndpointConfigName } = await endpoint.rollback();
  console.log(EndpointConfigName);
} catch (error) {
  if (!(error instanceof SealabError && error.code === 'UpdateRolledBack')) throw error;
  console.log(error.message); // names the alarm; the endpoint serves what it served before
}
