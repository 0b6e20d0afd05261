import { connect } from '@sealab/sdk';

const lab = await connect();

await lab.registry.create('credit', { description: 'Who pays back' }); // once
const version = await lab.registry.register(lab.attach('credit-240506-070809-a1b2'), {
  group: 'credit',
  metrics: { auc: 0.78 },
  metadata: { commit: 'abc123' },
});
console.log(version.name); // credit/1, pending approval

// Somebody with the approver's role:
await lab.registry.package('credit/1').approve('AUC above 0.75 on the data of March');

// Then anybody who may deploy:
const approved = await lab.registry.latest('credit', { status: 'Approved' });
const endpoint = await lab.deploy(approved, { name: 'credit-approved' });
console.log(endpoint.name, await approved.metrics());

for (const { name, approval, metrics } of await lab.registry.compare('credit')) console.log(name, approval, metrics);
