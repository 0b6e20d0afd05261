import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { applyResource } from './apply.ts';
import { type AssetSource, NO_ASSETS } from './assets.ts';
import { type ClientConfig, clientsFor } from './clients.ts';
import { type Deployment, type DeployProgress, newStackId, scopeOf, type Target } from './deployment.ts';
import { DeployError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { runInOrder } from './order.ts';
import { parameterValues } from './parameters.ts';
import { planTemplate } from './plan.ts';
import { PARALLEL, removeReplaced, removeResources } from './remove.ts';
import { StateFile, STATE_FOLDER, type StackOutput, type StackState } from './state.ts';
import { BOOTSTRAP_PARAMETER, BOOTSTRAP_RULE, parseTemplate, type Template } from './template.ts';

export interface StackOptions extends Target {
  readonly name: string;
  /** Endpoint and credentials that every call is made with. */
  readonly client: ClientConfig;
  readonly stateFolder?: string;
  readonly onProgress?: ((event: DeployProgress) => void) | undefined;
}

export interface TemplateOptions extends StackOptions {
  /** A parsed CloudFormation template (JSON). */
  readonly template: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly assets?: AssetSource;
  /** After a failure: `keep` what was made, so that the next run goes on from there; `rollback`: remove what this run made. */
  readonly onFailure?: 'keep' | 'rollback';
}

export interface DeployedStack {
  readonly name: string;
  readonly id: string;
  readonly outputs: Readonly<Record<string, StackOutput>>;
  /** How many resources each action was taken on. */
  readonly actions: Readonly<Partial<Record<DeployProgress['action'], number>>>;
  readonly seconds: number;
}

/**
 * Deploys a template: checks it whole, then creates, updates and replaces in the order of its references, independent
 * resources at the same time, and last removes what is not in it any more.
 */
export async function deployTemplate(options: TemplateOptions): Promise<DeployedStack> {
  const started = performance.now();
  const template = parseTemplate(options.name, options.template);
  const file = new StateFile(options.name, options.stateFolder ?? STATE_FOLDER);
  const earlier = file.read();
  const state = earlier ?? newState(options);
  const actions: Partial<Record<DeployProgress['action'], number>> = {};
  let finished = 0;
  let total = 0;
  const run: Deployment = {
    target: targetOf(options),
    template,
    state,
    file,
    aws: clientsFor(options.client),
    assets: options.assets ?? NO_ASSETS,
    tags: options.tags ?? {},
    made: [],
    unfinished: [],
    report: (event) => {
      if (event.phase === 'done') {
        finished += 1;
        actions[event.action] = (actions[event.action] ?? 0) + 1;
      }
      options.onProgress?.({ ...event, stack: options.name, finished, total });
    },
  };
  const parameters = await readParameters(run, options.parameters ?? {});
  const zones = await availabilityZones(run);
  const plan = planTemplate(template, scopeOf(run, parameters, zones, false));
  const scope = scopeOf(run, parameters, zones, true);
  const surplus = Object.keys(state.resources).filter((id) => !plan.graph.has(id));
  total = plan.graph.size + surplus.length + state.replaced.length;
  state.status = 'in-progress';
  delete state.failure;
  state.parameters = options.parameters ?? {};
  state.tags = run.tags;
  file.write(state);
  try {
    await runInOrder(plan.graph, PARALLEL, async (logicalId) => {
      await applyResource(run, scope, logicalId, [...(plan.graph.get(logicalId) ?? [])]);
    });
    for (const finish of run.unfinished) await finish();
    state.outputs = readOutputs(template, plan.outputs, scope);
    await removeReplaced(run);
    await removeResources(run, surplus);
  } catch (error) {
    await settleFailure(run, earlier === undefined, options.onFailure ?? 'keep', error as Error);
    throw error;
  }
  state.status = 'complete';
  file.write(state);
  return { name: state.name, id: state.id, outputs: state.outputs, actions, seconds: (performance.now() - started) / 1000 };
}

/** Removes a stack and everything in it that its template does not retain. A stack that is not there is no error. */
export async function deleteStack(options: StackOptions): Promise<void> {
  const file = new StateFile(options.name, options.stateFolder ?? STATE_FOLDER);
  const state = file.read();
  if (state === undefined) return;
  let finished = 0;
  const total = Object.keys(state.resources).length + state.replaced.length;
  const run: Deployment = {
    target: targetOf(options),
    template: parseTemplate(options.name, { Resources: {} }),
    state,
    file,
    aws: clientsFor(options.client),
    assets: NO_ASSETS,
    tags: state.tags,
    made: [],
    unfinished: [],
    report: (event) => {
      if (event.phase === 'done') finished += 1;
      options.onProgress?.({ ...event, stack: options.name, finished, total });
    },
  };
  state.status = 'deleting';
  file.write(state);
  await removeReplaced(run);
  await removeResources(run, Object.keys(state.resources));
  file.remove();
}

/** Outputs of a deployed stack, or `undefined` when there is none of that name. */
export function stackOutputs(name: string, stateFolder: string = STATE_FOLDER): Readonly<Record<string, StackOutput>> | undefined {
  return new StateFile(name, stateFolder).read()?.outputs;
}

const targetOf = ({ accountId, region, partition }: Target): Target => ({ accountId, region, partition });

const newState = (options: TemplateOptions): StackState => ({
  version: 1,
  name: options.name,
  id: newStackId(options.name, targetOf(options)),
  status: 'in-progress',
  parameters: {},
  tags: {},
  resources: {},
  replaced: [],
  outputs: {},
});

async function readParameters(run: Deployment, given: Readonly<Record<string, string>>): Promise<Scope['parameters']> {
  const { template, state } = run;
  const ignored = new Set(Object.hasOwn(template.Rules, BOOTSTRAP_RULE) ? [BOOTSTRAP_PARAMETER] : []);
  return await parameterValues(state.name, template, given, ignored, async (name) => {
    const answer = await run.aws.ssm.send(new GetParameterCommand({ Name: name }));
    return answer.Parameter?.Value ?? '';
  });
}

/** Asked only when the template does: the zones of the region, in order. */
async function availabilityZones(run: Deployment): Promise<readonly string[]> {
  if (!JSON.stringify(run.template).includes('"Fn::GetAZs"')) return [];
  const answer = await run.aws.ec2.send(new DescribeAvailabilityZonesCommand({}));
  return (answer.AvailabilityZones ?? []).flatMap(({ ZoneName }) => ZoneName ?? []).sort();
}

function readOutputs(template: Template, names: readonly string[], scope: Scope): Record<string, StackOutput> {
  return Object.fromEntries(
    names.map((name) => {
      const output = template.Outputs[name];
      const value = resolve(output?.Value, scope, undefined, `Outputs.${name}.Value`);
      const exportName = output?.Export === undefined ? undefined : resolve(output.Export.Name, scope, undefined, `Outputs.${name}.Export`);
      return [
        name,
        {
          value: typeof value === 'string' ? value : JSON.stringify(value),
          ...(output?.Description === undefined ? {} : { description: output.Description }),
          ...(typeof exportName === 'string' ? { exportName } : {}),
        },
      ];
    }),
  );
}

async function settleFailure(run: Deployment, wasNew: boolean, onFailure: 'keep' | 'rollback', error: Error): Promise<void> {
  run.state.status = 'failed';
  run.state.failure = error.message;
  run.file.write(run.state);
  if (onFailure === 'keep') return;
  try {
    await removeResources(run, run.made);
    // What a failed replacement was to take the place of is the resource again.
    for (const { logicalId, state } of run.state.replaced) run.state.resources[logicalId] ??= state;
    run.state.replaced = [];
    run.file.write(run.state);
    if (wasNew && Object.keys(run.state.resources).length === 0) run.file.remove();
  } catch (failure) {
    throw new DeployError(
      'ResourceFailed',
      { stack: run.state.name },
      `${error.message}; and the rollback did not finish: ${(failure as Error).message}`,
      error,
    );
  }
}
