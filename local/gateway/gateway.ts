import { NodeHttpHandler } from '@smithy/node-http-handler';
import { mkdirSync, readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent, type Server } from 'node:https';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { leaveSocketFolder, PATHS, socketFolder } from '../paths.ts';
import { Authorizer } from './authorization/authorizer.ts';
import { IamView } from './authorization/iam-snapshot.ts';
import type { ContextValues } from './authorization/requirement.ts';
import { ResourceView } from './authorization/resource-view.ts';
import { VpcEndpointView } from './authorization/vpc-endpoints.ts';
import type { EmulatedService, Origin } from './call.ts';
import { close, listen, type Handle } from './http/listener.ts';
import { administratorKey } from './identity/administrator.ts';
import { CredentialStore } from './identity/credentials.ts';
import { learnFrom } from './learn.ts';
import { MotoClient } from './moto/client.ts';
import { createPipeline } from './pipeline.ts';
import type { KeyPair, Platform, PlatformClientConfig, SandboxDoorOptions, TemporaryCredentials } from './platform.ts';
import { SandboxDoors } from './sandbox/doors.ts';
import { createIamSimulation } from './services/iam-simulation.ts';
import { createStsService } from './services/sts.ts';
import type { Settings } from './settings.ts';
import { SubnetView } from './subnet-view.ts';
import { serverCertificate } from './tls/certificates.ts';

export interface Gateway {
  readonly port: number;
  readonly platform: Platform;
  /** Runs the services' shutdown hooks, then closes all sockets. */
  stop(): Promise<void>;
}

const SESSION_SECONDS = 3600;

/** Starts the gateway: the one AWS endpoint of the local environment. */
export async function startGateway(
  settings: Settings,
  log: Logger,
  createServices: (platform: Platform) => readonly EmulatedService[],
): Promise<Gateway> {
  mkdirSync(settings.state, { recursive: true, mode: 0o700 });
  const certificate = serverCertificate(PATHS.certificates);
  const moto = new MotoClient(settings.motoUrl, settings.region);
  const credentials = new CredentialStore(settings.state, settings.account, settings.partition, administratorKey());
  const iam = new IamView(moto);
  const resources = new ResourceView(moto);
  const endpoints = new VpcEndpointView(moto, settings.region);
  const subnets = new SubnetView(moto);
  const services = new Map<string, EmulatedService[]>();
  const authorizer = new Authorizer({
    settings,
    credentials,
    iam,
    resources,
    endpoints,
    log,
    tagsOf: async (arn) => {
      for (const service of services.get(arn.split(':')[2] === 'catalog' ? 'servicecatalog' : (arn.split(':')[2] ?? '')) ?? []) {
        const tags = await service.tagsOf?.(arn);
        if (tags !== undefined) return tags;
      }
      return undefined;
    },
    keysOf: (call) =>
      Object.assign({}, ...(services.get(call.service) ?? []).map((service) => service.conditionKeys?.(call) ?? {})) as ContextValues,
  });
  const handle: Handle = createPipeline({
    settings,
    credentials,
    moto,
    authorizer,
    services,
    log,
    afterMoto: learnFrom({ credentials, iam, resources, endpoints, subnets }),
  });
  const assume = async (
    roleArn: string,
    servicePrincipal: string,
    sessionName: string,
    sourceArn?: string,
  ): Promise<TemporaryCredentials> => {
    const role = await authorizer.roleForService(roleArn, servicePrincipal, sourceArn);
    return credentials.startSession({ roleArn, roleId: role.id, sessionName, seconds: SESSION_SECONDS });
  };
  const doors = new SandboxDoors({
    certificate,
    handle,
    log,
    assume: (options: SandboxDoorOptions) =>
      assume(
        options.roleArn,
        options.servicePrincipal,
        options.sessionName ?? (options.id.replace(/[^\w+=,.@-]/g, '-').slice(0, 64) || 'sandbox'),
        options.sourceArn,
      ),
  });

  const main = await listen({ port: settings.port }, { origin: { kind: 'host' } }, certificate, handle);
  const endpointUrl = `https://127.0.0.1:${String(main.port)}`;
  const ca = readFileSync(certificate.caFile, 'utf8');
  const inside = new Map<string, { server: Promise<{ server: Server }>; agent: Agent }>();
  const hostAgent = new Agent({ ca, keepAlive: true, maxSockets: 64 });
  const agentFor = (origin: Origin): Agent => {
    if (origin.kind === 'host') return hostAgent;
    let door = inside.get(origin.vpcId);
    if (door === undefined) {
      const path = join(socketFolder(), `${origin.vpcId}.sock`);
      const server = listen({ path }, { origin: { kind: 'vpc', sandbox: 'platform', vpcId: origin.vpcId } }, certificate, handle);
      door = {
        server,
        agent: new Agent({ ca, keepAlive: true, maxSockets: 64, socketPath: path } as ConstructorParameters<typeof Agent>[0]),
      };
      inside.set(origin.vpcId, door);
    }
    return door.agent;
  };
  const clientConfig = (given: KeyPair, origin: Origin): PlatformClientConfig => ({
    endpoint: endpointUrl,
    region: settings.region,
    credentials: {
      accessKeyId: given.accessKeyId,
      secretAccessKey: given.secretAccessKey,
      ...(given.sessionToken === undefined ? {} : { sessionToken: given.sessionToken }),
    },
    requestHandler: new NodeHttpHandler({ httpsAgent: agentFor(origin), httpAgent: new HttpAgent(), connectionTimeout: 5_000 }),
  });
  const hooks: (() => Promise<void> | void)[] = [];
  const platform: Platform = {
    account: settings.account,
    region: settings.region,
    partition: settings.partition,
    endpointUrl,
    caFile: certificate.caFile,
    assumeForService: assume,
    checkAssumable: async (...asked) => {
      await authorizer.roleForService(...asked);
    },
    vpcOfSubnet: (subnetId) => subnets.vpcOf(subnetId),
    clientConfig,
    administratorConfig: () => clientConfig(credentials.administrator, { kind: 'host' }),
    openSandbox: (options) => doors.open(options),
    principalOf: (accessKeyId) => {
      const identity = credentials.find(accessKeyId);
      return identity === undefined || (identity.expires !== undefined && identity.expires < Date.now()) ? undefined : identity.principal;
    },
    authorize: (permission) => authorizer.authorize(permission),
    onShutdown: (hook) => {
      hooks.push(hook);
    },
  };
  for (const service of [createStsService(credentials, iam), createIamSimulation(iam), ...createServices(platform)]) {
    services.set(service.service, [...(services.get(service.service) ?? []), service]);
  }

  return {
    port: main.port,
    platform,
    stop: async () => {
      let clean = true;
      for (const hook of hooks.reverse()) {
        try {
          await hook();
        } catch (error) {
          clean = false;
          log.error({ err: error }, 'a service did not end cleanly');
        }
      }
      hostAgent.destroy();
      for (const door of inside.values()) {
        door.agent.destroy();
        await close((await door.server).server);
      }
      await Promise.all([close(main.server), doors.shutDown({ forGood: clean })]);
      if (clean) leaveSocketFolder();
      moto.close();
    },
  };
}
