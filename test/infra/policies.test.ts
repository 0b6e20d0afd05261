import { beforeAll, describe, expect, it } from '@jest/globals';
import { MAY_PASS, MAY_READ, MAY_WRITE, ROLE_PURPOSES } from '@sealab/sdk/contract';
import type { ObjectPlace, RolePurpose } from '@sealab/sdk/contract';
import { SHARED_POLICIES } from '../../infra/policies/shared-policies.ts';
import { deployed } from './deployed-project.ts';
import type { DeployedProject, PolicyDocument, Statement } from './deployed-project.ts';
import { policyCases } from './policy-cases.ts';
import { settings } from './settings-fixture.ts';
import { simulate } from './simulate.ts';
import type { PolicyCase } from './simulate.ts';
import { synthesizeUnchecked } from './synthesized.ts';

const decided = settings();
let project: DeployedProject;
let cases: readonly PolicyCase[];

beforeAll(() => {
  project = deployed(synthesizeUnchecked(decided).template, decided);
  cases = policyCases(project.names);
}, 60_000);

/** What a case gets that it should not, or `undefined`. */
async function wrong(question: PolicyCase): Promise<string | undefined> {
  const { result, by } = await simulate(project, decided, question);
  if (result !== question.expect) return `${question.name}: ${result} (${by.join(', ')})`;
  if (question.by !== undefined && !by.includes(question.by))
    return `${question.name}: denied by ${by.join(', ') || 'nothing allowing it'}, not by ${question.by}`;
  return undefined;
}

describe('the deployed policies', () => {
  it('decide every case of test/cases/policies as it says', async () => {
    const answers = await Promise.all(cases.map(wrong));
    expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
    expect(cases.length).toBeGreaterThan(700);
  }, 60_000);

  it('need each of their Deny statements: without any one of them, a case is decided otherwise', async () => {
    const { unnoticed, mutations } = await mutate(
      ({ Effect }) => Effect === 'Deny',
      () => [],
    );
    expect(unnoticed).toEqual([]);
    expect(mutations).toBeGreaterThan(40);
  }, 60_000);

  /** Role policies are left out: most of their conditions stand a second time in the boundary or in the key's policy, which is the point. */
  it('need each condition of what trusts, keys, buckets, endpoints and the boundary allow', async () => {
    const { unnoticed, mutations } = await mutate(
      // EncryptLogs: the simulator does not know kms:EncryptionContext:<key>; template.test.ts looks at the statement itself.
      ({ Effect, Condition, Sid }, name) =>
        Effect === 'Allow' && Condition !== undefined && !name.startsWith('role/') && !isShared(name) && Sid !== 'EncryptLogs',
      (statement) => [{ ...statement, Condition: {} }],
    );
    expect(unnoticed).toEqual([]);
    expect(mutations).toBeGreaterThan(35);
  }, 60_000);
});

type Rights<Right> = Readonly<Partial<Record<RolePurpose, readonly Right[]>>>;

describe('the tables of rights in the contract', () => {
  const asks = async (as: RolePurpose, action: string, resource: string, more: Partial<PolicyCase>) => {
    const name = `${as} ${action} ${resource}`;
    const question: PolicyCase = { name, as, session: 'ada', action, resource, context: {}, expect: 'allowed', ...more };
    return (await simulate(project, decided, question)).result === 'allowed';
  };
  const named = (name: string) => project.names.get(name) ?? '';
  const TLS = { 's3:TlsVersion': '1.3' };
  const GRANT = {
    'kms:GrantIsForAWSResource': 'true',
    'kms:ViaService': `sagemaker.${decided.region}.amazonaws.com`,
    'kms:CallerAccount': decided.account,
  };
  // It deploys: what it may pass goes to CloudFormation's resources, and ROLE_POLICIES says so.
  const purposes = ROLE_PURPOSES.filter((purpose) => purpose !== 'environment-launch');

  it.each(purposes)('%s may pass to SageMaker, read and write what they say, and nothing else', async (as) => {
    const passed: readonly string[] = (MAY_PASS as Rights<RolePurpose>)[as] ?? [];
    const found = await Promise.all(
      ROLE_PURPOSES.map((role) =>
        asks(as, 'iam:PassRole', named(`role/${role}`), { context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
      ),
    );
    expect(ROLE_PURPOSES.filter((_, index) => found[index])).toEqual(ROLE_PURPOSES.filter((role) => passed.includes(role)));
    const encrypted = {
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': named('key/storage'),
    };
    for (const [action, table] of [
      ['s3:GetObject', MAY_READ],
      ['s3:PutObject', MAY_WRITE],
      // The pre-flight begins an upload and gives it up.
      ['s3:AbortMultipartUpload', MAY_WRITE],
    ] as const) {
      const places: readonly ObjectPlace[] = (table as Rights<ObjectPlace>)[as] ?? [];
      for (const bucket of ['data', 'model', 'artifacts', 'logs'] as const)
        for (const key of ['x', 'code/x', 'pipelines/x']) {
          const within = places.some(([name, prefix = '']) => name === bucket && key.startsWith(prefix));
          const resource = `arn:aws:s3:::${named(`bucket/${bucket}`)}/${key}`;
          expect([
            action,
            bucket,
            key,
            await asks(as, action, resource, {
              through: 's3',
              resourcePolicy: `bucket/${bucket}`,
              context: action === 's3:PutObject' ? { ...TLS, ...encrypted } : TLS,
            }),
          ]).toEqual([action, bucket, key, within]);
        }
    }
  });

  it('go with the keys: for volumes to who may pass a role, for objects to who may read or write them', async () => {
    const viaS3 = { 'kms:ViaService': `s3.${decided.region}.amazonaws.com`, 'kms:CallerAccount': decided.account };
    for (const [table, action, key, context] of [
      [MAY_PASS, 'kms:CreateGrant', 'key/volume', GRANT],
      [MAY_READ, 'kms:Decrypt', 'key/storage', viaS3],
      [MAY_WRITE, 'kms:GenerateDataKey', 'key/storage', viaS3],
    ] as const)
      for (const as of Object.keys(table) as RolePurpose[])
        expect([as, action, await asks(as, action, named(key), { resourcePolicy: key, context })]).toEqual([as, action, true]);
  });
});

/** Changes one statement at a time and looks for a case that is allowed then and must not be. */
async function mutate(chosen: (statement: Statement, document: string) => boolean, change: (statement: Statement) => Statement[]) {
  const refused = cases.filter(({ expect: expected }) => expected === 'denied');
  const unnoticed: string[] = [];
  let mutations = 0;
  for (const [name, document] of project.documents) {
    const concerned = refused.filter((question) => takesPart(name, question));
    for (const [index, statement] of document.Statement.entries()) {
      if (!chosen(statement, name)) continue;
      mutations += 1;
      const mutant: PolicyDocument = {
        ...document,
        Statement: document.Statement.flatMap((one, other) => (other === index ? change(one) : [one])),
      };
      // The cases that name the statement first: usually the first one tells.
      const questions = [...concerned].sort((a, b) => Number(b.by === statement.Sid) - Number(a.by === statement.Sid));
      if (!(await someIsAllowed(questions, new Map([[name, mutant]])))) unnoticed.push(`${name} ${statement.Sid ?? index}`);
    }
  }
  return { unnoticed, mutations };
}

/** Rights that stand in a managed policy because several roles have them. */
const isShared = (document: string): boolean => document in SHARED_POLICIES;

function takesPart(document: string, { as, through, resourcePolicy }: PolicyCase): boolean {
  if (project.attached.get(as)?.includes(document) === true) return true;
  if (document === 'boundary') return project.names.has(`role/${as}`) && as !== 'environment-launch';
  if (document === 'environment-boundary') return as === 'environment-launch';
  return document === resourcePolicy || document === `role/${as}` || (through !== undefined && document === `endpoint/${through}`);
}

async function someIsAllowed(questions: readonly PolicyCase[], replaced: ReadonlyMap<string, PolicyDocument>): Promise<boolean> {
  for (const question of questions) if ((await simulate(project, decided, question, replaced)).result === 'allowed') return true;
  return false;
}
