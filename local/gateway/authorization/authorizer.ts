import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { AwsError, type Call, type Origin, type Principal } from '../call.ts';
import { SERVICES } from '../coverage.ts';
import type { Door } from '../http/listener.ts';
import type { CredentialStore, Identity } from '../identity/credentials.ts';
import type { Permission } from '../platform.ts';
import type { Protocol, Resolved } from '../protocol/resolve.ts';
import { accessDenied } from '../protocol/write-error.ts';
import type { Settings } from '../settings.ts';
import { resourcePolicyOf, tagContextOf, type ResourceSources } from './about-resource.ts';
import { actionPrefix, shown } from './arns.ts';
import { denialMessage } from './denial.ts';
import { requestContext, type Circumstances } from './global-context.ts';
import type { IamEntity, NamedPolicy } from './iam-snapshot.ts';
import { requirementsOf } from './requirements.ts';
import type { ContextValues, Requirement } from './requirement.ts';
import { evaluate, type Decision, type Question } from './simulate.ts';
import type { VpcEndpoint, VpcEndpointView } from './vpc-endpoints.ts';

/** The network does not lead there: the connection ends without an answer, as packets without a route do. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface CallToAuthorize {
  readonly call: Call;
  readonly resolved: Resolved;
  readonly identity: Identity;
  readonly headers: IncomingHttpHeaders;
  readonly tlsVersion: string;
  readonly presigned: boolean;
  /** What the answering service adds (`EmulatedService.conditionKeys`). */
  readonly serviceKeys: Readonly<Record<string, string | readonly string[]>>;
}

export interface AuthorizerParts extends ResourceSources {
  readonly settings: Settings;
  readonly credentials: CredentialStore;
  readonly endpoints: VpcEndpointView;
  /** Condition keys of a request that only the emulated service knows. */
  readonly keysOf: (call: Call) => ContextValues;
  readonly log: Logger;
}

/** Whose policies are evaluated. */
interface Actor {
  /** What the evaluator takes for the principal. */
  readonly arn: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly sessionPolicy: string | undefined;
  readonly administrator: boolean;
  readonly circumstances: Circumstances;
}

const ADMINISTRATOR: NamedPolicy = {
  name: 'AdministratorAccess',
  document: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
};

/** Decides with the policies as deployed. Default deny; what cannot be evaluated is denied. */
export class Authorizer {
  readonly #parts: AuthorizerParts;

  constructor(parts: AuthorizerParts) {
    this.#parts = parts;
  }

  /** Whether the network lets a request through this door reach the service at all. Throws `Unreachable`. */
  async checkReachable(door: Door, service: string, path: string): Promise<void> {
    if (door.services !== undefined && !door.services.has(service)) throw new Unreachable(`${service} is not open to this sandbox`);
    if (door.origin.kind === 'vpc' && (await this.#endpointFor(door.origin, service, path)) === undefined) {
      throw new Unreachable(`${door.origin.vpcId} has no endpoint for ${service}`);
    }
  }

  async authorizeCall(request: CallToAuthorize): Promise<void> {
    const { call, identity, resolved } = request;
    const { iam, resources } = this.#parts;
    const actor = await this.#actorOf(identity.principal, identity, {
      origin: call.origin,
      tlsVersion: request.tlsVersion,
      userAgent: request.headers['user-agent'],
      authType: request.presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
    });
    const endpoint = await this.#endpointOfModel(call.origin, call.service, resolved.modelName);
    for (const requirement of await requirementsOf({
      call,
      headers: request.headers,
      iam,
      resources,
      serviceKeys: this.#parts.keysOf(call),
    })) {
      const complete = { ...requirement, context: { ...requirement.context, ...request.serviceKeys } };
      const decision = await this.#decide(actor, complete, call.service, endpoint);
      if (!decision.allowed) throw this.#refuse(call.service, resolved.protocol, identity.principal.arn, requirement, decision);
    }
  }

  /** For services that act on a caller's behalf. */
  async authorize(permission: Permission): Promise<void> {
    const identity = this.#parts.credentials.identityOf(permission.principal);
    const actor = await this.#actorOf(permission.principal, identity, {
      origin: permission.origin ?? { kind: 'host' },
      tlsVersion: '1.3',
      userAgent: undefined,
      authType: 'REST-HEADER',
    });
    const requirement: Requirement = {
      action: permission.action,
      resource: permission.resource,
      ...(permission.context === undefined ? {} : { context: permission.context }),
      ...(permission.via === undefined ? {} : { via: permission.via.split('.')[0] ?? permission.via }),
    };
    const decision = await this.#decide(actor, requirement, permission.action.split(':')[0] ?? '', undefined);
    if (!decision.allowed)
      throw this.#refuse(permission.action.split(':')[0] ?? '', 'json', permission.principal.arn, requirement, decision);
  }

  /** The role, if its trust policy lets an AWS service assume it for this account (and resource). */
  async roleForService(roleArn: string, servicePrincipal: string, sourceArn: string | undefined): Promise<IamEntity> {
    const role = await this.#parts.iam.roleByArn(roleArn);
    if (role?.trust === undefined) throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, 404);
    const { account } = this.#parts.settings;
    const decision = await evaluate({
      principal: servicePrincipal,
      action: 'sts:AssumeRole',
      resource: roleArn,
      resourceAccount: account,
      context: {
        'aws:SourceAccount': account,
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': servicePrincipal,
        'aws:SecureTransport': 'true',
        'aws:CurrentTime': new Date().toISOString(),
        ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
      },
      identityPolicies: [],
      boundary: undefined,
      sessionPolicy: undefined,
      resourcePolicy: { document: role.trust, kind: 'trust' },
      endpointPolicy: undefined,
    });
    if (!decision.allowed) {
      if ('error' in decision) this.#parts.log.error({ role: roleArn, error: decision.error }, 'trust policy could not be evaluated');
      throw new AwsError('AccessDenied', `${servicePrincipal} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`, 403);
    }
    return role;
  }

  async #actorOf(
    principal: Principal,
    identity: Identity | undefined,
    circumstances: Omit<Circumstances, 'principal' | 'entity' | 'identity'>,
  ): Promise<Actor> {
    const { iam } = this.#parts;
    const administrator = identity?.administrator === true;
    const entity = administrator
      ? undefined
      : principal.roleArn !== undefined
        ? await iam.roleByArn(principal.roleArn)
        : await iam.user(principal.arn.split('/').at(-1) ?? '');
    return {
      arn: principal.arn,
      policies: administrator ? [ADMINISTRATOR] : (entity?.policies ?? []),
      boundary: entity?.boundary,
      sessionPolicy: identity?.sessionPolicy,
      administrator,
      circumstances: { ...circumstances, principal, entity, identity },
    };
  }

  async #decide(actor: Actor, requirement: Requirement, service: string, endpoint: VpcEndpoint | undefined): Promise<Decision> {
    const decision = await this.#decideEverySpelling(actor, requirement, service, endpoint);
    if (decision.allowed || isExplicit(decision) || requirement.orRole === undefined) return decision;
    const role = await this.#parts.iam.roleByArn(requirement.orRole);
    if (role === undefined) return decision;
    const { partition, account } = this.#parts.settings;
    const principal: Principal = {
      arn: `arn:${partition}:sts::${account}:assumed-role/${role.name}/SageMaker`,
      roleArn: role.arn,
      sessionName: 'SageMaker',
      userId: `${role.id}:SageMaker`,
      accountId: account,
    };
    const asRole = await this.#actorOf(principal, undefined, actor.circumstances);
    const forRole = await this.#decideEverySpelling(asRole, requirement, service, undefined);
    return forRole.allowed ? forRole : decision;
  }

  /** One spelling of the resource that is allowed will do; one that is denied explicitly is enough to refuse. */
  async #decideEverySpelling(
    actor: Actor,
    requirement: Requirement,
    service: string,
    endpoint: VpcEndpoint | undefined,
  ): Promise<Decision> {
    const decisions: Decision[] = [];
    for (const resource of [requirement.resource, ...(requirement.alternatives ?? [])]) {
      decisions.push(await this.#decideFor(actor, requirement, resource, service, endpoint));
    }
    return decisions.find(isExplicit) ?? decisions.find((decision) => decision.allowed) ?? (decisions[0] as Decision);
  }

  async #decideFor(
    actor: Actor,
    requirement: Requirement,
    resource: string,
    service: string,
    endpoint: VpcEndpoint | undefined,
  ): Promise<Decision> {
    const { settings } = this.#parts;
    const resourcePolicy = await resourcePolicyOf(this.#parts, requirement.action, resource);
    // The endpoint sees the request itself, not what the service asks for on the caller's behalf.
    const throughEndpoint = requirement.via === undefined && requirement.action.startsWith(`${actionPrefix(service)}:`);
    const endpointPolicy = throughEndpoint && endpoint?.policy !== undefined ? { name: endpoint.id, document: endpoint.policy } : undefined;
    if (actor.administrator && resourcePolicy === undefined && endpointPolicy === undefined) return { allowed: true };
    const documents = [...actor.policies.map((policy) => policy.document), resourcePolicy?.document ?? ''];
    const question: Question = {
      principal: actor.arn,
      action: requirement.action,
      resource,
      resourceAccount: settings.account,
      context: {
        ...requestContext(actor.circumstances, settings, requirement, endpoint),
        ...(await tagContextOf(this.#parts, requirement.action, resource, documents)),
        ...requirement.context,
      },
      identityPolicies: actor.policies,
      boundary: actor.boundary,
      sessionPolicy: actor.sessionPolicy,
      resourcePolicy,
      endpointPolicy,
    };
    return evaluate(question);
  }

  #refuse(
    service: string,
    protocol: Protocol,
    principalArn: string,
    requirement: Requirement,
    decision: Decision & { allowed: false },
  ): AwsError {
    const resource = requirement.shownAs ?? shown(requirement.resource);
    if ('error' in decision) {
      this.#parts.log.error({ action: requirement.action, resource, error: decision.error }, 'policies could not be evaluated');
      return accessDenied(
        service,
        protocol,
        `User: ${principalArn} is not authorized to perform: ${requirement.action} on resource: ${resource} because its policies could not be evaluated: ${decision.error}`,
      );
    }
    const written = requirement.action.startsWith('s3:') ? `"${resource}"` : resource;
    return accessDenied(service, protocol, denialMessage(principalArn, requirement.action, written, decision.reasons));
  }

  #endpointFor(origin: Origin & { kind: 'vpc' }, service: string, path: string): Promise<VpcEndpoint | undefined> {
    const models = SERVICES[service]?.models ?? [];
    // The paths of SageMaker's runtime lie under one prefix; everything else goes to its API.
    const model =
      service === 'sagemaker' && path.startsWith('/endpoints/')
        ? 'sagemaker-runtime'
        : service === 'sagemaker' && path === '/BatchPutMetrics'
          ? 'sagemaker-metrics'
          : models[0];
    return this.#endpointOfModel(origin, service, model ?? service);
  }

  async #endpointOfModel(origin: Origin, service: string, model: string): Promise<VpcEndpoint | undefined> {
    const name = SERVICES[service]?.endpoints[model];
    return origin.kind === 'vpc' && name !== undefined ? this.#parts.endpoints.find(origin.vpcId, name) : undefined;
  }
}

/** Refused by a Deny, or because something could not be evaluated: nothing else can make up for it. */
const isExplicit = (decision: Decision): boolean =>
  !decision.allowed && ('error' in decision || decision.reasons.some((reason) => reason.denialType === 'Explicit'));
