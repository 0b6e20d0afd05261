import { beforeAll, describe, expect, it } from '@jest/globals';
import { SHARED_POLICIES } from '../../infra/policies/shared-policies.ts';
import { deployed } from './deployed-project.ts';
import type { DeployedProject, PolicyDocument, Statement } from './deployed-project.ts';
import { policyCases } from './policy-cases.ts';
import { settings } from './settings-fixture.ts';
import { simulate } from './simulate.ts';
import type { PolicyCase } from './simulate.ts';
import { synthesize } from './synthesized.ts';

const decided = settings();
let project: DeployedProject;
let cases: readonly PolicyCase[];

beforeAll(() => {
  project = deployed(synthesize(decided).template, decided);
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
