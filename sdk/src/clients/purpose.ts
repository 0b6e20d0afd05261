import type { LabContext } from '../context.ts';
import { isDenial } from '../secure/index.ts';
import type { Clients } from './api.ts';
import { createClients } from './clients.ts';
import { memoized } from './credentials.ts';

type Purpose = 'endpointCreation' | 'endpointInvocation';

const taken = new WeakMap<LabContext, Map<Purpose, Promise<Clients>>>();

/**
 * Clients for creating or invoking endpoints, which act with the role made for that purpose; with the caller's own rights
 * where AWS does not let the caller take it.
 */
export function clientsFor(context: LabContext, purpose: Purpose): Promise<Clients> {
  const all = taken.get(context) ?? new Map<Purpose, Promise<Clients>>();
  taken.set(context, all);
  let clients = all.get(purpose);
  if (clients === undefined) {
    clients = take(context, purpose);
    all.set(purpose, clients);
    // A failure that passes (no network, say) is not remembered.
    clients.catch(() => all.delete(purpose));
  }
  return clients;
}

const nameOf = (roleArn: string): string => roleArn.split('/').at(-1) ?? '';

async function take(context: LabContext, purpose: Purpose): Promise<Clients> {
  const { roles } = context.environment;
  const role = roles[purpose];
  const [sts, { AssumeRoleCommand, GetCallerIdentityCommand }] = await Promise.all([context.clients.sts(), import('./sts.ts')]);
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const session = /:assumed-role\/([^/]+)\//.exec(Arn)?.[1];
  // A notebook invokes with its own rights; asking for the other role would only leave a denial in the audit trail.
  const sufficient = purpose === 'endpointInvocation' ? [role, roles.notebookExecution] : [role];
  if (session !== undefined && sufficient.map(nameOf).includes(session)) return context.clients;
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
