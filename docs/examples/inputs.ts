import { connect } from '@sealab/sdk';

const lab = await connect();

// A file or a folder: several files at a time; a repeat after a broken connection sends what is missing.
const folder = await lab.upload('data/');

// Values in memory, as CSV.
const rows = await lab.upload({
  rows: [
    { age: 41, since: new Date(0) },
    { age: null, since: null },
  ],
});
const columns = await lab.upload({ columns: { name: ['a', 'b'], income: new Float32Array([0.1, 0.2]), id: new BigInt64Array([1n, 2n]) } });
const labels = await lab.upload(new Int32Array([0, 1, 1]));
const text = await lab.upload({ text: 'age,income\n41,52000\n', name: 'train.csv' });

console.log([folder, rows, columns, labels, text].map(({ s3Uri, bytes }) => `${s3Uri} ${bytes}`));

// Everything that can be uploaded can be given to a job as it is.
await lab.train({ script: 'train.py', data: { columns: { x: new Float64Array([1, 2]), y: [0, 1] } } });
