import type { Agent } from 'node:https';
import { connect, type EnvironmentDescription, type Lab } from '@sealab/sdk';
import { environment } from '../../sdk/environment-fixture.ts';
import { BUCKET, IMAGE, type RunningSageMaker } from './running-sagemaker.ts';

/** The SDK, as a notebook would have it, with a gateway of this process; the account is that of `furnish`. */
export async function labOfGateway(
  running: RunningSageMaker,
  roleArn = running.roleArn,
  roles: Partial<EnvironmentDescription['roles']> = {},
): Promise<Lab> {
  const { keyArn, vpc } = running;
  const document: EnvironmentDescription = {
    ...environment,
    network: {
      ...environment.network,
      subnets: vpc.Subnets.map((id) => ({ id, availabilityZone: 'eu-west-1a' })),
      securityGroupIds: vpc.SecurityGroupIds,
    },
    keys: { storage: keyArn, volume: keyArn },
    buckets: { data: BUCKET, model: BUCKET, artifacts: BUCKET, logs: BUCKET },
    roles: {
      ...(Object.fromEntries(Object.keys(environment.roles).map((purpose) => [purpose, roleArn])) as typeof environment.roles),
      ...roles,
    },
    images: { 'scikit-learn': IMAGE },
  };
  const lab = await connect({ environment: document, credentials: running.administrator, endpointUrl: running.platform.endpointUrl });
  // A notebook's process trusts the gateway from its start (NODE_EXTRA_CA_CERTS); here the agent
  // that the caller's clients share does, so that calls which take on another role find no trust.
  const { requestHandler } = lab.clients.sageMaker.config as unknown as {
    requestHandler: { configProvider: Promise<{ httpsAgent: Agent }> };
  };
  (await requestHandler.configProvider).httpsAgent.options.ca = running.ca;
  return lab;
}
