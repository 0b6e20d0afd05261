// One cold process that submits one secured training job with the SDK as notebooks get it. Runs in Node and in Deno.
// argv: the bundle, the script, the S3 URI of the data. Prints the job's name.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [bundle, script, data] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(resolve(bundle)).href);
const lab = await connect();
const job = await lab.train({ script, data, hyperparameters: { n_estimators: 10 } });
lab.close();
console.log(job.name);
