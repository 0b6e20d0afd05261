import { ok, problem } from '../check.ts';
import type { PreflightCheck } from '../check.ts';

/** "At least two private IP addresses for each instance in a training job": SageMaker developer guide, "Give SageMaker training jobs access". */
const ADDRESSES_PER_INSTANCE = 2;

/** The subnets are there, in the project's VPC, and have addresses for every instance. */
export const subnets: PreflightCheck = {
  name: 'subnets',
  async ask({ context, facts, signal }) {
    const [first] = facts.subnets;
    if (first === undefined) return [];
    const field = first.field.replace(/\[\d+\]$/, '');
    const ids = facts.subnets.map(({ value }) => value);
    const [ec2, { DescribeSubnetsCommand }] = await Promise.all([context.clients.ec2(), import('../../../clients/ec2.ts')]);
    // By filter: naming them would fail as a whole when one is not there.
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: ids }] }), {
      abortSignal: signal,
    });
    const { vpcId } = context.environment.network;
    const there = Subnets.filter(({ VpcId, State }) => VpcId === vpcId && State !== 'pending');
    const missing = ids.filter((id) => !there.some(({ SubnetId }) => SubnetId === id));
    if (missing.length > 0)
      return [problem(`Not in ${vpcId}: ${missing.join(', ')}.`, 'Ask your administrator to deploy the environment again.', field)];
    const needed = facts.instances.reduce((sum, { count }) => sum + count, 0) * ADDRESSES_PER_INSTANCE;
    const free = there.reduce((sum, { AvailableIpAddressCount = 0 }) => sum + AvailableIpAddressCount, 0);
    return [
      free < needed
        ? problem(
            `${free} addresses are free in ${ids.length} subnets; ${needed} are needed, ${ADDRESSES_PER_INSTANCE} for each instance.`,
            'Ask for fewer instances, wait until other jobs have ended, or ask your administrator for larger subnets.',
            field,
          )
        : ok(`${ids.length} subnets of ${vpcId} with ${free} free addresses; ${needed} are needed.`, field),
    ];
  },
};
