import { connect, logView } from '@sealab/sdk';

const lab = await connect();
const job = lab.attach('credit-240506-070809-a1b2');

let last: string | undefined;
for await (const { source, message, cursor } of job.logs({ follow: false })) {
  console.log(source, message);
  last = cursor;
}

// Later, from there on: no line twice, none lost.
const lines = [];
for await (const line of job.logs({ ...(last === undefined ? {} : { after: last }) })) lines.push(line);
logView(lines); // the last lines, as a notebook shows them
