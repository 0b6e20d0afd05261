import {
  allowedContextKeysForRequest,
  getDenialReasons,
  isConditionKeyArray,
  runSimulation,
  typeForContextKey,
  type RequestDenial,
} from '@cloud-copilot/iam-simulate';
import {
  createValidatedPolicy,
  validateEndpointPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
  validateTrustPolicy,
  type ValidatedPolicy,
  type ValidationError,
} from '@cloud-copilot/iam-policy';
import type { NamedPolicy } from './iam-snapshot.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

export interface Question {
  /** ARN of a user or session, or the name of a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Context;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly sessionPolicy: string | undefined;
  readonly resourcePolicy: { readonly document: string; readonly kind: 'resource' | 'trust' } | undefined;
  readonly endpointPolicy: NamedPolicy | undefined;
}

export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly RequestDenial[] }
  /** The policies could not be evaluated: as good as denied, and worth a word in the log. */
  | { readonly allowed: false; readonly reasons: readonly []; readonly error: string };

type Kind = 'identity' | 'resource' | 'trust' | 'endpoint';
const VALIDATORS: Readonly<Record<Kind, (policy: unknown) => ValidationError[]>> = {
  identity: validateIdentityPolicy,
  resource: validateResourcePolicy,
  trust: validateTrustPolicy,
  endpoint: validateEndpointPolicy,
};

const validated = new Map<string, ValidatedPolicy>();

/** A policy is parsed and validated once; documents of one environment are few. */
function policy(document: string, kind: Kind): ValidatedPolicy {
  const key = `${kind} ${document}`;
  let known = validated.get(key);
  if (known === undefined) {
    if (validated.size > 2_000) validated.clear();
    const parsed: unknown = JSON.parse(document);
    if (kind === 'endpoint') widenPrincipals(parsed);
    known = createValidatedPolicy(parsed, VALIDATORS[kind]);
    validated.set(key, known);
  }
  return known;
}

/**
 * The evaluator refuses `{"AWS": "*"}` in endpoint policies, which AWS takes for `"*"`, and pays no attention to any other
 * principal: a policy that names one would be wider here than on AWS.
 */
function widenPrincipals(document: unknown): void {
  for (const statement of [(document as { Statement?: unknown }).Statement ?? []].flat() as Record<string, unknown>[]) {
    const principal = statement['Principal'] as { AWS?: unknown } | string | undefined;
    if (typeof principal === 'object' && [principal.AWS].flat().includes('*')) statement['Principal'] = '*';
    if (statement['Principal'] !== '*') throw new Error('an endpoint policy names principals: use "*" and a condition on aws:PrincipalArn');
  }
}

const decisions = new Map<string, Decision>();

/**
 * Evaluates one action on one resource. Fails closed: an error, a policy that does not parse and a service-specific
 * condition key that the action does not have all end as "not allowed". The same question about the same policies gets
 * the answer that it got before, unless a policy looks at the clock.
 */
export async function evaluate(question: Question): Promise<Decision> {
  try {
    const [service = '', action = ''] = question.action.split(':');
    const context = await contextFor(service, action, question);
    const key = keyOf(question, context);
    const known = key === undefined ? undefined : decisions.get(key);
    if (known !== undefined) return known;
    const decision = await simulate(question, context);
    if (key !== undefined) {
      if (decisions.size > 5_000) decisions.clear();
      decisions.set(key, decision);
    }
    return decision;
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

const numbers = new Map<string, number>();

/** Documents are long; a number stands for each. */
function numberOf(document: string): number {
  let number = numbers.get(document);
  if (number === undefined) numbers.set(document, (number = numbers.size));
  return number;
}

/** What an answer depends on; undefined when it depends on the time. */
function keyOf(question: Question, context: Readonly<Record<string, string | string[]>>): string | undefined {
  const documents = [
    ...question.identityPolicies.map((policy) => policy.document),
    question.boundary?.document ?? '',
    question.sessionPolicy ?? '',
    question.resourcePolicy?.document ?? '',
    question.endpointPolicy?.document ?? '',
  ];
  if (documents.some((document) => /aws:(CurrentTime|EpochTime)/i.test(document))) return undefined;
  // A job's own ARN is new each time, and few policies look at it.
  const passing = [
    'aws:CurrentTime',
    'aws:EpochTime',
    ...(documents.some((document) => /aws:SourceArn/i.test(document)) ? [] : ['aws:SourceArn']),
  ];
  const lasting = Object.entries(context).filter(([key]) => !passing.includes(key));
  return JSON.stringify([question.principal, question.action, question.resource, documents.map(numberOf), lasting]);
}

async function simulate(question: Question, context: Record<string, string | string[]>): Promise<Decision> {
  const named = (given: NamedPolicy, kind: Kind) => ({ name: given.name, policy: policy(given.document, kind) });
  const result = await runSimulation(
    {
      request: {
        principal: question.principal,
        action: question.action,
        resource: { resource: question.resource, accountId: question.resourceAccount },
        contextVariables: context,
      },
      sessionPolicy: question.sessionPolicy === undefined ? undefined : policy(question.sessionPolicy, 'identity'),
      identityPolicies: question.identityPolicies.map((given) => named(given, 'identity')),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy:
        question.resourcePolicy === undefined ? undefined : policy(question.resourcePolicy.document, question.resourcePolicy.kind),
      ...(question.boundary === undefined ? {} : { permissionBoundaryPolicies: [named(question.boundary, 'identity')] }),
      ...(question.endpointPolicy === undefined ? {} : { vpcEndpointPolicies: [named(question.endpointPolicy, 'endpoint')] }),
    },
    { simulationMode: 'Strict' },
  );
  if (result.resultType === 'error') return failed(JSON.stringify(result.errors));
  if (result.resultType !== 'single') return failed(`${question.resource} is not one resource`);
  const ignored = result.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) return failed(`condition keys that ${question.action} does not have: ${ignored.join(', ')}`);
  if (result.overallResult === 'Allowed') return { allowed: true };
  return { allowed: false, reasons: getDenialReasons(result.result.analysis) };
}

const failed = (error: string): Decision => ({ allowed: false, reasons: [], error });

const keysOfObjects = new Map<string, Promise<Set<string>>>();

/** The keys that an action has. Finding the type of an ARN is slow, and S3 asks for object after object. */
function allowedKeys(service: string, action: string, resource: string): Promise<Set<string>> {
  const find = async () => new Set(await allowedContextKeysForRequest(service, action, resource, false, undefined));
  if (!/^arn:[^:]+:s3:::[^/]+\/./.test(resource)) return find();
  let keys = keysOfObjects.get(action);
  if (keys === undefined) {
    keys = find();
    keysOfObjects.set(action, keys);
    keys.catch(() => keysOfObjects.delete(action));
  }
  return keys;
}

/** Keys that every service shares are given generously and kept only where the action has them; a service's own key must fit. */
async function contextFor(service: string, action: string, question: Question): Promise<Record<string, string | string[]>> {
  const allowed = await allowedKeys(service, action, question.resource);
  const has = (key: string): boolean => {
    const name = key.toLowerCase();
    // `aws:RequestTag/${TagKey}` in the data stands for every tag.
    return allowed.has(name) || (name.includes('/') && [...allowed].some((one) => one.startsWith(name.slice(0, name.indexOf('/') + 1))));
  };
  const context: Record<string, string | string[]> = {};
  for (const [key, value] of Object.entries(question.context)) {
    if (Array.isArray(value) && value.length === 0) continue;
    const isOwn = key.startsWith('sagemaker:');
    if (!isOwn && !has(key)) continue;
    if (typeof value === 'string') {
      context[key] = value;
      continue;
    }
    const values = [...new Set(value)];
    if (values.length > 1 && has(key) && !isConditionKeyArray(await typeForContextKey(key))) {
      throw new Error(`${key} has one value in ${question.action}, the request gives ${String(values.length)}`);
    }
    context[key] = values;
  }
  return context;
}
