import type { LabContext } from '../context.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { isDenial } from '../secure/index.ts';
import type { Clients } from './api.ts';
import { createClients } from './clients.ts';
import { memoized } from './credentials.ts';

type Purpose = 'endpointCreation' | 'endpointInvocation';

const taken = new WeakMap<LabContext, Map<Purpose, Promise<Clients>>>();

/**
 * Clients for creating or invoking endpoints. A person acts with the role made for that purpose where he may take it;
 * a role of the project (a notebook's) acts with its own rights, and AWS says so when it has none.
 */
export function clientsFor(context: LabContext, purpose: Purpose): Promise<Clients> {
  const all = taken.get(context) ?? new Map<Purpose, Promise<Clients>>();
  taken.set(context, all);
  let clients = all.get(purpose);
  if (clients === undefined) {
    clients = take(context, context.environment.roles[purpose]);
    all.set(purpose, clients);
    // A failure that passes (no network, say) is not remembered.
    clients.catch(() => all.delete(purpose));
  }
  return clients;
}

async function take(context: LabContext, role: EnvironmentDescription['roles'][Purpose]): Promise<Clients> {
  const [sts, { AssumeRoleCommand, GetCallerIdentityCommand }] = await Promise.all([context.clients.sts(), import('./sts.ts')]);
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const session = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
  // Roles of the project do not take one another: a notebook's role has its own rights.
  if (Object.values(context.environment.roles).some((own) => own.split('/').at(-1) === session)) return context.clients;
  // The session keeps the person's name, so that the audit trail shows who it was.
  const name = (Arn.split('/').at(-1) ?? 'sealab').replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
  const credentials = memoized(async () => {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: name }));
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
      ...(Credentials?.Expiration === undefined ? {} : { expiration: Credentials.Expiration }),
    };
  });
  try {
    await credentials();
  } catch (error) {
    if (isDenial(error) || (error as { code?: string }).code === 'AccessDenied') return context.clients;
    throw error;
  }
  const clients = createClients({ environment: context.environment, credentials, endpointUrl: context.endpointUrl });
  context.closed.addEventListener('abort', () => clients.destroy(), { once: true });
  return clients;
}
