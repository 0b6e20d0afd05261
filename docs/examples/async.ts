import { connect } from '@sealab/sdk';

const lab = await connect();

// Requests wait in a queue, and may be large (up to 1 GB) or slow (up to an hour).
const endpoint = await lab.deploy(lab.attach('credit-240506-070809-a1b2'), { name: 'credit-batches', async: { maxConcurrent: 4 } });

const request = await endpoint.invokeAsync([
  [41, 52_000, 0.31],
  [23, 18_500, 0.77],
]);
console.log(request.outputLocation); // where the answer will be

const { value } = await request.result({ timeout: 600 }); // throws InvocationFailed with the container's message
console.log(value);
