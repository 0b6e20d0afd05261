import type { LabContext } from '../context.ts';
import type { EnvironmentDescription } from '../contract/index.ts';
import { isDenial } from '../secure/index.ts';
import type { Clients } from './api.ts';
import { createClients } from './clients.ts';
import { memoized } from './credentials.ts';

type Purpose = 'endpointCreation' | 'endpointInvocation';

const taken = new WeakMap<LabContext, Map<Purpose, Promise<Clients>>>();

/**
 * Clients that act with the role made for a purpose where the caller may take it; the caller's own ones where not
 * (the caller's role may then have the right itself, or AWS refuses and says so).
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
  if (Arn.includes(`:assumed-role/${role.split('/').at(-1) ?? ''}/`)) return context.clients;
  // The session keeps the person's name, so that the audit trail shows who it was.
  const session = (Arn.split('/').at(-1) ?? 'sealab').replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
  const credentials = memoized(async () => {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: session }));
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
