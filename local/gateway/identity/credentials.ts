import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Principal } from '../call.ts';
import type { TemporaryCredentials } from '../platform.ts';
import { readState, writeState } from '../state-file.ts';
import { newAccessKey, type AccessKey } from './administrator.ts';

/** An access key that the gateway knows, with whom it stands for. */
export interface Identity {
  readonly secret: string;
  readonly sessionToken: string | undefined;
  readonly principal: Principal;
  /** Policy given to AssumeRole, which limits the session further. */
  readonly sessionPolicy: string | undefined;
  readonly sessionTags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  /** Milliseconds since 1970; undefined for keys that do not end. */
  readonly expires: number | undefined;
  readonly issued: number;
  readonly administrator: boolean;
}

export interface SessionRequest {
  readonly roleArn: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly policy?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
}

interface StoredSession {
  readonly accessKeyId: string;
  readonly identity: Identity;
}

interface StoredUserKey {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly userArn: string;
  readonly userId: string;
  readonly active: boolean;
}

/** Every access key of the account: the administrator's, those of IAM users, and sessions. Survives a restart. */
export class CredentialStore {
  readonly #administratorKeyId: string;
  readonly #identities = new Map<string, Identity>();
  readonly #byPrincipal = new WeakMap<Principal, Identity>();
  readonly #userKeys = new Map<string, StoredUserKey>();
  readonly #sessionsFile: string;
  readonly #userKeysFile: string;
  readonly #account: string;

  constructor(folder: string, account: string, partition: string, administrator: AccessKey) {
    this.#account = account;
    this.#sessionsFile = join(folder, 'sessions.json');
    this.#userKeysFile = join(folder, 'access-keys.json');
    this.#administratorKeyId = administrator.accessKeyId;
    this.#identities.set(administrator.accessKeyId, {
      secret: administrator.secretAccessKey,
      sessionToken: undefined,
      principal: {
        arn: `arn:${partition}:iam::${account}:user/administrator`,
        roleArn: undefined,
        sessionName: undefined,
        userId: `AIDA${createHash('sha256').update(administrator.accessKeyId).digest('hex').slice(0, 16).toUpperCase()}`,
        accountId: account,
      },
      sessionPolicy: undefined,
      sessionTags: {},
      transitiveTagKeys: [],
      expires: undefined,
      issued: Date.now(),
      administrator: true,
    });
    for (const { accessKeyId, identity } of readState<StoredSession[]>(this.#sessionsFile, [])) this.#identities.set(accessKeyId, identity);
    for (const key of readState<StoredUserKey[]>(this.#userKeysFile, [])) this.#userKeys.set(key.accessKeyId, key);
  }

  /** The key behind a principal that came with a request; undefined for a session that was put together elsewhere. */
  identityOf(principal: Principal): Identity | undefined {
    const administrator = this.administrator.identity;
    return this.#byPrincipal.get(principal) ?? (principal.arn === administrator.principal.arn ? administrator : undefined);
  }

  find(accessKeyId: string): Identity | undefined {
    const user = this.#userKeys.get(accessKeyId);
    const identity = this.#identities.get(accessKeyId) ?? (user?.active === true ? this.#userIdentity(user) : undefined);
    if (identity !== undefined) this.#byPrincipal.set(identity.principal, identity);
    return identity;
  }

  get administrator(): AccessKey & { identity: Identity } {
    const identity = this.#identities.get(this.#administratorKeyId) as Identity;
    return { accessKeyId: this.#administratorKeyId, secretAccessKey: identity.secret, identity };
  }

  /** Starts a session of a role. The caller has checked that it may. */
  startSession(request: SessionRequest): TemporaryCredentials & { principal: Principal } {
    const { accessKeyId, secretAccessKey } = newAccessKey('ASIA');
    const sessionToken = randomBytes(96).toString('base64');
    const [, partition, , , account, resource] = request.roleArn.split(':');
    const roleName = resource?.split('/').at(-1) ?? '';
    const principal: Principal = {
      arn: `arn:${String(partition)}:sts::${String(account)}:assumed-role/${roleName}/${request.sessionName}`,
      roleArn: request.roleArn,
      sessionName: request.sessionName,
      userId: `${request.roleId}:${request.sessionName}`,
      accountId: String(account),
    };
    const now = Date.now();
    const expires = now + request.seconds * 1000;
    this.#identities.set(accessKeyId, {
      secret: secretAccessKey,
      sessionToken,
      principal,
      sessionPolicy: request.policy,
      sessionTags: request.tags ?? {},
      transitiveTagKeys: request.transitiveTagKeys ?? [],
      expires,
      issued: now,
      administrator: false,
    });
    this.#saveSessions();
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expires), principal };
  }

  /** Learns the key that IAM has just made for a user. */
  addUserKey(accessKeyId: string, secret: string, userArn: string, userId: string): void {
    this.#userKeys.set(accessKeyId, { accessKeyId, secret, userArn, userId, active: true });
    this.#saveUserKeys();
  }

  setUserKeyActive(accessKeyId: string, active: boolean): void {
    const key = this.#userKeys.get(accessKeyId);
    if (key === undefined) return;
    this.#userKeys.set(accessKeyId, { ...key, active });
    this.#saveUserKeys();
  }

  removeUserKey(accessKeyId: string): void {
    if (this.#userKeys.delete(accessKeyId)) this.#saveUserKeys();
  }

  #userIdentity(key: StoredUserKey): Identity {
    return {
      secret: key.secret,
      sessionToken: undefined,
      principal: { arn: key.userArn, roleArn: undefined, sessionName: undefined, userId: key.userId, accountId: this.#account },
      sessionPolicy: undefined,
      sessionTags: {},
      transitiveTagKeys: [],
      expires: undefined,
      issued: 0,
      administrator: false,
    };
  }

  #saveSessions(): void {
    // A session is kept for a while after its end, so that its key is answered with "expired" and not with "unknown".
    const kept = Date.now() - 3_600_000;
    const sessions: StoredSession[] = [];
    for (const [accessKeyId, identity] of this.#identities) {
      if (identity.expires === undefined) continue;
      if (identity.expires < kept) this.#identities.delete(accessKeyId);
      else sessions.push({ accessKeyId, identity });
    }
    writeState(this.#sessionsFile, sessions);
  }

  #saveUserKeys(): void {
    writeState(this.#userKeysFile, [...this.#userKeys.values()]);
  }
}
