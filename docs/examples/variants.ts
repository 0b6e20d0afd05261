import { connect } from '@sealab/sdk';

const lab = await connect();
const [known, challenger] = [lab.attach('credit-240506-070809-a1b2'), lab.attach('credit-240507-090011-c3d4')];

// Two models share the traffic: nine requests of ten go to the one that is known.
const endpoint = await lab.deploy(
  { variants: { known: { model: known, weight: 9 }, challenger: { model: challenger, weight: 1 } } },
  { name: 'credit-compared' },
);
const { value } = await endpoint.invoke([[41, 52_000, 0.31]], { targetVariant: 'challenger' }); // or let the weights decide
console.log(value);

await endpoint.traffic({ known: 5, challenger: 5 });
await endpoint.scale(2, { variant: 'challenger' });
