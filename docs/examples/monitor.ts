import { chart, connect } from '@sealab/sdk';

const lab = await connect();

// What the model knows: statistics of the data that it was trained with.
const baseline = await lab.monitor.baseline({ data: 'data/a.csv', target: 'default', ignore: ['id'] });

// What an endpoint with data capture was asked since, against it.
const drift = await lab.monitor.drift({ endpoint: 'credit-watched', baseline });
for (const { name, drifted, reasons } of drift.features) if (drifted) console.log(name, reasons);

// Which columns the model looks at: how much worse it gets when one is shuffled.
const { features } = await lab.monitor.explain({
  model: lab.attach('credit-240506-070809-a1b2'),
  data: 'data/a.csv',
  target: 'default',
  ignore: ['id'],
});
chart({ bars: Object.fromEntries(features.map(({ name, importance }) => [name, importance])) });
