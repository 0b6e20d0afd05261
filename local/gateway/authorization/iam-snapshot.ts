import { XMLParser } from 'fast-xml-parser';
import type { MotoClient } from '../moto/client.ts';

/** A policy with the name that explanations give it. */
export interface NamedPolicy {
  readonly name: string;
  /** JSON text as deployed. */
  readonly document: string;
}

/** A role or user as IAM has it now. */
export interface IamEntity {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  /** Roles only. */
  readonly trust: string | undefined;
}

interface Snapshot {
  readonly roles: ReadonlyMap<string, IamEntity>;
  readonly users: ReadonlyMap<string, IamEntity>;
}

const IAM = '2010-05-08';
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

type Xml = Readonly<Record<string, unknown>>;
const members = (list: unknown): Xml[] => {
  const member = (list as { member?: unknown } | undefined | '')?.['member' as never] as unknown;
  return member === undefined ? [] : ((Array.isArray(member) ? member : [member]) as Xml[]);
};
/** IAM's answers carry documents percent-encoded, moto's trust policies do not. */
const documentText = (value: unknown): string => {
  const text = String(value);
  return text.trimStart().startsWith('{') ? text : decodeURIComponent(text);
};

/** IAM as moto keeps it, read at once and kept until a request through the gateway changes it. */
export class IamView {
  readonly #moto: MotoClient;
  #snapshot: Promise<Snapshot> | undefined;
  readonly #awsManaged = new Map<string, Promise<NamedPolicy | undefined>>();

  constructor(moto: MotoClient) {
    this.#moto = moto;
  }

  invalidate(): void {
    this.#snapshot = undefined;
  }

  async role(name: string): Promise<IamEntity | undefined> {
    return (await this.#current()).roles.get(name);
  }

  async user(name: string): Promise<IamEntity | undefined> {
    return (await this.#current()).users.get(name);
  }

  /** The role with exactly this ARN, path included. */
  async roleByArn(arn: string): Promise<IamEntity | undefined> {
    const role = await this.role(arn.split('/').at(-1) ?? '');
    return role?.arn === arn ? role : undefined;
  }

  #current(): Promise<Snapshot> {
    if (this.#snapshot === undefined) {
      const reading = this.#read();
      this.#snapshot = reading;
      // A failed reading is not kept.
      reading.catch(() => {
        if (this.#snapshot === reading) this.#snapshot = undefined;
      });
    }
    return this.#snapshot;
  }

  async #read(): Promise<Snapshot> {
    const filter = Object.fromEntries(
      ['Role', 'User', 'Group', 'LocalManagedPolicy'].map((name, index) => [`Filter.member.${String(index + 1)}`, name]),
    );
    const { status, text } = await this.#moto.text({
      service: 'iam',
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: 'GetAccountAuthorizationDetails', Version: IAM, ...filter }).toString(),
    });
    if (status >= 300) throw new Error(`IAM could not be read: status ${String(status)}.`);
    const details = (parser.parse(text) as { GetAccountAuthorizationDetailsResponse: { GetAccountAuthorizationDetailsResult: Xml } })
      .GetAccountAuthorizationDetailsResponse.GetAccountAuthorizationDetailsResult;

    const managed = new Map<string, NamedPolicy>();
    for (const policy of members(details['Policies'])) {
      const current = members(policy['PolicyVersionList']).find((version) => version['IsDefaultVersion'] === 'true');
      if (current !== undefined)
        managed.set(String(policy['Arn']), { name: String(policy['Arn']), document: documentText(current['Document']) });
    }
    const named = async (arn: string): Promise<NamedPolicy> => {
      const policy = managed.get(arn) ?? (await this.#awsManagedPolicy(arn));
      // An attached policy that cannot be read may hold a Deny: nobody may do anything through it.
      if (policy === undefined) throw new Error(`The attached policy ${arn} could not be read.`);
      return policy;
    };
    const inline = (list: unknown): NamedPolicy[] =>
      members(list).map((policy) => ({ name: String(policy['PolicyName']), document: documentText(policy['PolicyDocument']) }));
    const attached = (list: unknown): Promise<NamedPolicy[]> =>
      Promise.all(members(list).map((policy) => named(String(policy['PolicyArn']))));
    const tags = (list: unknown): Record<string, string> =>
      Object.fromEntries(members(list).map((tag) => [String(tag['Key']), String(tag['Value'])]));
    const boundary = async (entity: Xml): Promise<NamedPolicy | undefined> => {
      const arn = (entity['PermissionsBoundary'] as Readonly<Record<string, string>> | undefined)?.['PermissionsBoundaryArn'];
      return arn === undefined ? undefined : named(arn);
    };

    const groups = new Map<string, NamedPolicy[]>();
    for (const group of members(details['GroupDetailList'])) {
      groups.set(String(group['GroupName']), [...inline(group['GroupPolicyList']), ...(await attached(group['AttachedManagedPolicies']))]);
    }
    const roles = new Map<string, IamEntity>();
    for (const role of members(details['RoleDetailList'])) {
      roles.set(String(role['RoleName']), {
        arn: String(role['Arn']),
        name: String(role['RoleName']),
        id: String(role['RoleId']),
        tags: tags(role['Tags']),
        policies: [...inline(role['RolePolicyList']), ...(await attached(role['AttachedManagedPolicies']))],
        boundary: await boundary(role),
        trust: documentText(role['AssumeRolePolicyDocument']),
      });
    }
    const users = new Map<string, IamEntity>();
    for (const user of members(details['UserDetailList'])) {
      const groupList = (user['GroupList'] as { member?: string | string[] } | '' | undefined) || {};
      users.set(String(user['UserName']), {
        arn: String(user['Arn']),
        name: String(user['UserName']),
        id: String(user['UserId']),
        tags: tags(user['Tags']),
        policies: [
          ...inline(user['UserPolicyList']),
          ...(await attached(user['AttachedManagedPolicies'])),
          ...[groupList.member ?? []].flat().flatMap((group) => groups.get(group) ?? []),
        ],
        boundary: await boundary(user),
        trust: undefined,
      });
    }
    return { roles, users };
  }

  #awsManagedPolicy(arn: string): Promise<NamedPolicy | undefined> {
    let policy = this.#awsManaged.get(arn);
    if (policy === undefined) {
      policy = this.#readManagedPolicy(arn);
      this.#awsManaged.set(arn, policy);
    }
    return policy;
  }

  async #readManagedPolicy(arn: string): Promise<NamedPolicy | undefined> {
    type Answer =
      Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>>> | undefined;
    const got = (await this.#moto.query('iam', IAM, 'GetPolicy', { PolicyArn: arn })) as Answer;
    const version = got?.['GetPolicyResponse']?.['GetPolicyResult']?.['Policy']?.['DefaultVersionId'];
    if (version === undefined) return undefined;
    const answer = (await this.#moto.query('iam', IAM, 'GetPolicyVersion', { PolicyArn: arn, VersionId: version })) as Answer;
    const document = answer?.['GetPolicyVersionResponse']?.['GetPolicyVersionResult']?.['PolicyVersion']?.['Document'];
    return document === undefined ? undefined : { name: arn, document: documentText(document) };
  }
}
