import { connect } from '@sealab/sdk';

const lab = await connect();

const endpoint = await lab.deploy(lab.attach('credit-240506-070809-a1b2'), { name: 'credit-captured', capture: { percent: 20 } });
await endpoint.invoke([[41, 52_000, 0.31]], { inferenceId: 'customer-4711' });

// Some minutes later: requests and answers, as the endpoint wrote them to the model bucket.
for await (const { time, inferenceId, input, output } of endpoint.captured({ since: new Date(Date.now() - 3_600_000) })) {
  console.log(time.toISOString(), inferenceId, input?.value, output?.value);
}
