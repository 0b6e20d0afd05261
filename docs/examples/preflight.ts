import { connect } from '@sealab/sdk';

const lab = await connect();
const request = { script: 'train.py', data: 'data/', instanceCount: 2 };

// Asks AWS; leaves nothing behind.
const { ok, findings } = await lab.preflight(request);
for (const { check, status, finding, remedy } of findings) console.log(check, status, finding, remedy ?? '');

if (ok) {
  // The same in one step: refuses to submit where a check finds a problem.
  const job = await lab.train({ ...request, preflight: true });
  console.log(job.name);
}
