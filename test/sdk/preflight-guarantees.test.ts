import { describe, expect, it } from '@jest/globals';
import type { EnvironmentDescription } from '@sealab/sdk/contract';
import type { Asked, PreflightCheck } from '../../sdk/src/planning/preflight/check.ts';
import { input } from '../../sdk/src/planning/preflight/checks/input.ts';
import { key } from '../../sdk/src/planning/preflight/checks/key.ts';
import { output } from '../../sdk/src/planning/preflight/checks/output.ts';
import { role } from '../../sdk/src/planning/preflight/checks/role.ts';
import type { Facts, Named, Place } from '../../sdk/src/planning/preflight/facts.ts';
import { environment } from './environment-fixture.ts';

/** What the checks say where IAM cannot be asked, by tables: what a request of the lab's own never names is among them. */

const { roles } = environment;
type RoleName = keyof EnvironmentDescription['roles'];
const FOREIGN = 'arn:aws:iam::111122223333:role/Admin';
const NOBODY: Facts = { roles: [], keys: [], subnets: [], images: [], instances: [], inputs: [], outputs: [], names: [], connected: false };

const named = (value: string, more: Partial<Named> = {}): Named => ({
  value,
  field: 'A.Field',
  operation: 'CreateTrainingJob',
  origin: 'environment',
  byPipeline: false,
  ...more,
});
const place = (value: string, role: string): Place => ({ ...named(value), role, uploaded: false });

/** Runs a check as somebody in a network without a way to IAM; any client that it reaches for is not there. */
async function asked(check: PreflightCheck, facts: Partial<Facts>, caller: string): Promise<string[]> {
  const context = { environment, clients: new Proxy({}, { get: () => () => Promise.reject(new Error('not there')) }) };
  const all: Partial<Asked> = {
    context: context as never,
    facts: { ...NOBODY, ...facts },
    caller: () => Promise.resolve(caller),
    sender: ({ byPipeline }) => Promise.resolve(byPipeline ? roles.pipelineExecution : caller),
    reaches: () => Promise.resolve(false),
  };
  const findings = await check.ask(all as Asked);
  return findings.map(({ status, finding, remedy = '' }) => `${status}: ${finding} ${remedy}`);
}

describe('a role that is handed over, where IAM cannot be asked', () => {
  const cases: readonly [RoleName | 'foreign', RoleName | 'foreign', 'ok' | 'problem' | 'unknown', RegExp][] = [
    ['notebookExecution', 'jobExecution', 'ok', /^ok: You may hand .*job-execution to SageMaker, as the deployment has made/],
    ['dataScientist', 'pipelineExecution', 'ok', /^ok: You may hand/],
    ['endpointCreation', 'endpointHosting', 'ok', /^ok: You may hand/],
    [
      'notebookExecution',
      'endpointHosting',
      'problem',
      /the deployment lets pipeline-execution, endpoint-creation do it, and not notebook-execution/,
    ],
    [
      'endpointInvocation',
      'jobExecution',
      'problem',
      /lets data-scientist, pipeline-execution, notebook-execution do it, and not endpoint-invocation/,
    ],
    ['modelApproval', 'jobExecution', 'problem', /and not model-approval/],
    ['notebookExecution', 'foreign', 'problem', /You may not hand Admin to SageMaker: IAM lets nobody of the project/],
    [
      'foreign',
      'jobExecution',
      'unknown',
      /^unknown: Whether Admin may hand .* it is not one of the project’s roles, and IAM itself cannot be asked/,
    ],
    ['foreign', 'foreign', 'problem', /You may not hand Admin/],
  ];
  const arn = (name: RoleName | 'foreign') => (name === 'foreign' ? FOREIGN : roles[name]);
  it.each(cases)('%s hands over %s: %s', async (caller, handed, status, finding) => {
    const [, passed = ''] = await asked(role, { roles: [named(arn(handed))] }, arn(caller));
    expect(passed).toMatch(new RegExp(`^${status}: `));
    expect(passed).toMatch(finding);
  });

  it.each([
    [
      'jobExecution',
      'CreateTrainingJob',
      /^ok: .*job-execution is the project’s own role for this, made by the deployment; IAM itself cannot be asked/,
    ],
    ['endpointHosting', 'CreateTrainingJob', /^problem: .*endpoint-hosting is not the project’s role for CreateTrainingJob/],
    ['endpointHosting', 'CreateModel', /^ok: /],
    ['jobExecution', 'CreateModel', /^problem: /],
    ['foreign', 'CreateTrainingJob', /^problem: Admin is not the project’s role/],
  ] as const)('%s as the role of %s', async (name, operation, finding) => {
    const [trusted = ''] = await asked(role, { roles: [named(arn(name), { operation })] }, roles.notebookExecution);
    expect(trusted).toMatch(finding);
  });

  it('by a pipeline: the pipeline’s role does, whoever has made it', async () => {
    const steps = [
      named(roles.jobExecution, { byPipeline: true }),
      named(roles.endpointHosting, { operation: 'CreateModel', byPipeline: true }),
    ];
    const found = await asked(role, { roles: steps }, FOREIGN);
    expect(found.map((one) => one.split(':')[0])).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(found[1]).toMatch(/^ok: sealab-credit-risk-pipeline-execution may hand/);
  });

  it.each([
    ['caller', /Leave the role out: Sealab takes the project’s\. $|Leave the role out: Sealab takes the project’s\.$/],
    ['environment', /Ask your administrator to deploy the environment again\.$/],
  ] as const)('what to do about a wrong one that the %s gave', async (origin, remedy) => {
    const [trusted = ''] = await asked(role, { roles: [named(FOREIGN, { origin })] }, roles.notebookExecution);
    expect(trusted).toMatch(remedy);
  });
});

describe('objects, where IAM cannot be asked', () => {
  it.each([
    ['jobExecution', 's3://credit-risk-model/training-jobs', /^ok: .*job-execution may write/],
    ['endpointHosting', 's3://credit-risk-model/captures', /^ok: /],
    [
      'jobExecution',
      's3://credit-risk-data/out',
      /^problem: .*job-execution cannot write s3:\/\/credit-risk-data\/out: the deployment lets it write s3:\/\/credit-risk-model\/\./,
    ],
    ['jobExecution', 's3://elsewhere/out', /^problem: /],
    ['notebookExecution', 's3://credit-risk-artifacts/code', /^ok: /],
    ['notebookExecution', 's3://credit-risk-artifacts/codes/x', /^problem: /],
    ['notebookExecution', 's3://credit-risk-artifacts/release/x', /^problem: /],
    ['endpointInvocation', 's3://credit-risk-model/x', /lets it write nothing\./],
    ['foreign', 's3://credit-risk-model/x', /^unknown: Whether Admin may write .* not one of the project’s roles/],
  ] as const)('%s writes %s', async (name, uri, finding) => {
    const writer = name === 'foreign' ? FOREIGN : roles[name];
    const [found = ''] = await asked(output, { outputs: [place(uri, writer)] }, roles.notebookExecution);
    expect(found).toMatch(finding);
  });

  it.each([
    ['jobExecution', 's3://credit-risk-data/x/', /^ok: /],
    ['jobExecution', 's3://credit-risk-logs/x/', /^problem: .*cannot read/],
    ['endpointHosting', 's3://credit-risk-data/x/', /^problem: .*lets it read s3:\/\/credit-risk-model\/\./],
    ['pipelineExecution', 's3://credit-risk-model/pipelines/credit/report', /^ok: /],
    ['pipelineExecution', 's3://credit-risk-model/training-jobs/x', /^problem: /],
  ] as const)('%s reads %s', async (name, uri, finding) => {
    const [, found = ''] = await asked(input, { inputs: [place(uri, roles[name])] }, roles.notebookExecution);
    expect(found).toMatch(finding);
  });
});

describe('the volume key, where IAM cannot be asked', () => {
  const { volume, storage } = environment.keys;
  it.each([
    ['notebookExecution', volume, /^ok: SageMaker may encrypt volumes with .* for sealab-credit-risk-notebook-execution/],
    ['endpointInvocation', volume, /^problem: /],
    ['notebookExecution', storage, /^problem: /],
    ['foreign', volume, /^unknown: .*not one of the project’s roles/],
  ] as const)('%s has SageMaker use %s', async (name, value, finding) => {
    const caller = name === 'foreign' ? FOREIGN : roles[name];
    const [, found = ''] = await asked(key, { keys: [named(value, { field: 'ResourceConfig.VolumeKmsKeyId' })] }, caller);
    expect(found).toMatch(finding);
  });
});
