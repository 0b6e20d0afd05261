import { connect } from '@sealab/sdk';

const lab = await connect();
const rows = [
  { customer: 1, income: 52_000.5, region: 'north' },
  { customer: 2, income: 18_500, region: 'south' },
];

// The types are inferred from the rows; `schema` says them instead.
const group = await lab.features.create({ name: 'customers', rows, recordIdentifier: 'customer', offline: true });

const { written, failed } = await group.put(rows); // a row without event time gets the present
console.log(written, failed);

const [first] = await group.get([1], { features: ['income', 'region'] });
console.log(first);

// The history, as Parquet: the input of a job.
console.log(await group.offlineUri());
