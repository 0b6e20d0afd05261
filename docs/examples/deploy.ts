import { connect } from '@sealab/sdk';

const lab = await connect();

const endpoint = await lab.deploy(lab.attach('credit-240506-070809-a1b2'), { name: 'credit' }); // model, configuration, endpoint
const { value, milliseconds } = await endpoint.invoke([
  [41, 52_000, 0.31],
  [23, 18_500, 0.77],
]);
console.log(value, milliseconds);

await endpoint.delete(); // the endpoint, its configuration and its model
