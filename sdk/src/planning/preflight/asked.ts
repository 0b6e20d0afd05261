import { clientsFor } from '../../clients/purpose.ts';
import type { LabContext } from '../../context.ts';
import type { LabRequest } from '../api.ts';
import type { Asked } from './check.ts';
import type { Facts, Named } from './facts.ts';
import { callerArn } from './simulate.ts';

/** The part of the time in which IAM should have answered: what is left is for what stands in for its answer. */
const PATIENCE = 0.5;
/** What the lab sends with the role made for hosting. */
const HOSTING = /^Create(Model|EndpointConfig)$/;

/**
 * What the checks of one pre-flight share.
 *
 * @param over ends every request that is still on its way
 * @param milliseconds in all
 */
export function askedFor(context: LabContext, request: LabRequest, facts: Facts, over: AbortSignal, milliseconds: number): Asked {
  const { environment } = context;
  const half = AbortSignal.timeout(milliseconds * PATIENCE);
  const signal = () => AbortSignal.any([over]);
  const patience = () => AbortSignal.any([over, half]);
  const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
    let answer: Promise<T> | undefined;
    return () => (answer ??= ask());
  };
  const caller = once(() => callerArn(context.clients, environment, signal(), patience()));
  const hosting = once(async () => callerArn(await clientsFor(context, 'endpointCreation'), environment, signal(), patience()));
  const endpoints = once(async () => {
    const [ec2, { DescribeVpcEndpointsCommand }] = await Promise.all([context.clients.ec2(), import('../../clients/ec2.ts')]);
    const { VpcEndpoints = [] } = await ec2.send(
      new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [environment.network.vpcId] }] }),
      { abortSignal: signal() },
    );
    return new Map(
      VpcEndpoints.map(({ ServiceName = '', State = '' }) => [serviceOf(ServiceName, environment.region), State.toLowerCase()]),
    );
  });
  return {
    context,
    request,
    facts,
    get signal() {
      return signal();
    },
    get patience() {
      return patience();
    },
    caller,
    sender: ({ operation, byPipeline }: Named) =>
      byPipeline ? Promise.resolve(environment.roles.pipelineExecution) : HOSTING.test(operation) ? hosting() : caller(),
    endpoints,
    reaches: async (service) =>
      // Only SageMaker gives this role, and only to a notebook: whoever has it is inside the VPC.
      (await caller()) !== environment.roles.notebookExecution ||
      // Who may not look at the endpoints is not told of one that the deployment does not make.
      (await endpoints().catch(() => new Map<string, string>())).get(service) === 'available',
  };
}

/** `com.amazonaws.eu-west-1.ecr.api` → `ecr.api`; services of no Region are named without one: `com.amazonaws.iam`. */
const serviceOf = (name: string, region: string): string => name.split(`.${region}.`)[1] ?? name.split('.').at(-1) ?? '';
