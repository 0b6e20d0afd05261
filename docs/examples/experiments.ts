import { connect } from '@sealab/sdk';

const lab = await connect();

const run = await lab.experiments.run('credit', { parameters: { depth: 4, model: 'forest' } });
await run.attach(lab.attach('credit-240506-070809-a1b2')); // the job's parameters and metrics stand beside the run's
await run.log({ metrics: { auc: 0.78 } });
await run.finish();

for (const { name, parameters, metrics } of await lab.experiments.compare('credit')) console.log(name, parameters, metrics);
