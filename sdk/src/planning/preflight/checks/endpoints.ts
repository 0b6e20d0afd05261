import { ok, problem } from '../check.ts';
import type { PreflightCheck } from '../check.ts';

/** SageMaker moves data through the VPC of the job: without S3 no job has inputs or outputs. */
const ALWAYS = ['s3'];
/** What a connected container talks to besides: its log is the platform's, packages and keys are its own. */
const CONNECTED = ['sts', 'kms', 'logs', 'codeartifact.api', 'codeartifact.repositories'];

/** The VPC endpoints that the job needs are there and available. */
export const endpoints: PreflightCheck = {
  name: 'endpoints',
  async ask({ context, facts, endpoints: present }) {
    if (facts.subnets.length === 0) return [];
    const { network } = context.environment;
    const needed = [...ALWAYS, ...(facts.connected ? CONNECTED : [])];
    const states = await present();
    const missing = needed.filter((name) => states.get(name) !== 'available').map((name) => `${name} (${states.get(name) ?? 'not there'})`);
    return [
      missing.length === 0
        ? ok(`Available: ${needed.join(', ')}.`)
        : problem(`Not available in ${network.vpcId}: ${missing.join(', ')}.`, 'Ask your administrator to deploy the environment again.'),
    ];
  },
};
