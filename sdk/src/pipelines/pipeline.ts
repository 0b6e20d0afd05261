import { createHash, randomUUID } from 'node:crypto';
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  DescribePipelineCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-sagemaker';
import { endSignal } from '../context.ts';
import type { LabContext } from '../context.ts';
import { SealabError } from '../contract/index.ts';
import { checkedName } from '../jobs/names.ts';
import { tagsOf, wholeNumber } from '../jobs/options.ts';
import { displayable } from '../notebook/display.ts';
import type { PlannedCall } from '../planning/api.ts';
import { securePipelineRequest } from '../secure/pipeline.ts';
import { notThere, submitOnce } from '../waiting/submit-once.ts';
import type { BuiltPipeline, ExecutionSummary, Pipeline, PipelineOptions, PipelineRequest, StartOptions } from './api.ts';
import { buildPipeline } from './build.ts';
import type { Built } from './build.ts';
import type { Parameter, PipelineDefinition } from './definition.ts';
import { pipelineExecution } from './execution.ts';
import { pipelineView } from './view.ts';

/** A pipeline by name. Nothing is asked of AWS until it is used. */
export function pipeline(context: LabContext, name: string, known?: PipelineDefinition): Pipeline {
  const { sageMaker } = context.clients;
  const PipelineName = checkedName(name);
  const describe = () => sageMaker.send(new DescribePipelineCommand({ PipelineName }));
  const deployed = async () => {
    const { PipelineDefinition: text } = await describe();
    if (text === undefined) throw new SealabError('Internal', `Pipeline ${name}: SageMaker returned no definition.`);
    // Read as it is: another SDK, or an administrator, may have written what this one would refuse.
    return JSON.parse(text) as PipelineDefinition;
  };
  const self: Pipeline = {
    kind: 'pipelines',
    name,
    describe,
    deployed,
    start: async (options = {}) => start(context, PipelineName, known ?? (await deployed()), options),
    executions: async (limit = 20) => {
      const found: ExecutionSummary[] = [];
      let NextToken: string | undefined;
      do {
        const page = await sageMaker.send(
          new ListPipelineExecutionsCommand({
            PipelineName,
            SortBy: 'CreationTime',
            SortOrder: 'Descending',
            MaxResults: Math.min(100, Math.max(1, limit - found.length)),
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        );
        for (const one of page.PipelineExecutionSummaries ?? [])
          found.push({
            arn: one.PipelineExecutionArn ?? '',
            status: one.PipelineExecutionStatus,
            startedAt: one.StartTime,
            displayName: one.PipelineExecutionDisplayName,
          });
        NextToken = page.NextToken;
      } while (NextToken !== undefined && found.length < limit);
      return found.slice(0, limit);
    },
    execution: (arn) => pipelineExecution(context, arn),
    delete: async () => {
      await sageMaker.send(new DeletePipelineCommand({ PipelineName, ClientRequestToken: randomUUID() }));
    },
  };
  return displayable(self, async () => pipelineView(name, known ?? (await deployed())));
}

/** The call that makes the pipeline, as it would be sent. */
export async function pipelineCalls(context: LabContext, { build, ...options }: PipelineRequest): Promise<PlannedCall[]> {
  return [planned(context, options.name, await buildPipeline(context, checkedName(options.name), build), options)];
}

function planned(context: LabContext, name: string, built: Built, options: PipelineOptions): PlannedCall<'CreatePipeline'> {
  const asked = {
    PipelineName: checkedName(name),
    ...(options.displayName === undefined ? {} : { PipelineDisplayName: options.displayName }),
    ...(options.description === undefined ? {} : { PipelineDescription: options.description }),
    PipelineDefinition: JSON.stringify(built.asked),
    ...parallel(options.parallelSteps),
    ...tagsOf(options.tags),
  };
  const { input, fields } = securePipelineRequest('CreatePipeline', asked, context.environment);
  const request = input as PlannedCall<'CreatePipeline'>['input'];
  // The same pipeline gives the same token: a repeat after a lost answer makes no second one.
  const ClientRequestToken = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  return { operation: 'CreatePipeline', asked, input: { ...request, ClientRequestToken }, fields };
}

const parallel = (steps: number | undefined) =>
  steps === undefined ? {} : { ParallelismConfiguration: { MaxParallelExecutionSteps: wholeNumber('parallelSteps', steps, 1, 50) } };

/** Builds a pipeline: reads local files, asks nothing of AWS. `upsert` sends it. */
export async function builtPipeline(
  context: LabContext,
  name: string,
  build: PipelineRequest['build'],
  options: PipelineOptions = {},
): Promise<BuiltPipeline> {
  const built = await buildPipeline(context, checkedName(name), build);
  const { input, fields } = planned(context, name, built, options);
  const self: BuiltPipeline = {
    ...pipeline(context, name, built.definition),
    definition: built.definition,
    fields,
    upsert: async ({ onProgress, signal: given } = {}) => {
      const signal = endSignal(context, given);
      onProgress?.({ step: 'packing' });
      for (const upload of built.uploads) await upload(context, signal);
      onProgress?.({ step: 'submitting', name });
      await send(context, input, signal);
      return self;
    },
  };
  return displayable(self, () => pipelineView(name, built.definition));
}

async function send(
  { clients: { sageMaker } }: LabContext,
  input: PlannedCall<'CreatePipeline'>['input'],
  signal: AbortSignal,
): Promise<void> {
  const { PipelineName } = input;
  const find = () => sageMaker.send(new DescribePipelineCommand({ PipelineName }), { abortSignal: signal }).catch(notThere);
  if ((await find()) === undefined) {
    await submitOnce({ send: () => sageMaker.send(new CreatePipelineCommand(input), { abortSignal: signal }), find, input, signal });
    return;
  }
  const update: Partial<typeof input> = { ...input };
  delete update.Tags;
  delete update.ClientRequestToken;
  await sageMaker.send(new UpdatePipelineCommand({ ...update, PipelineName }), { abortSignal: signal });
}

async function start(context: LabContext, PipelineName: string, definition: PipelineDefinition, options: StartOptions) {
  const signal = endSignal(context, options.signal);
  const parameters = parametersOf(definition.Parameters ?? [], options.parameters ?? {});
  const input = {
    PipelineName,
    ClientRequestToken: randomUUID(),
    ...(options.displayName === undefined ? {} : { PipelineExecutionDisplayName: options.displayName }),
    ...(options.description === undefined ? {} : { PipelineExecutionDescription: options.description }),
    ...(parameters.length === 0 ? {} : { PipelineParameters: parameters }),
    ...parallel(options.parallelSteps),
  };
  const answer = await submitOnce({
    send: () => context.clients.sageMaker.send(new StartPipelineExecutionCommand(input), { abortSignal: signal }),
    // There is nothing to look for: the token makes the second request give the first one's execution.
    find: () => Promise.resolve(undefined),
    input,
    signal,
  });
  return pipelineExecution(context, answer?.PipelineExecutionArn ?? '');
}

/** Values as SageMaker takes them, refused here where it would refuse them later. */
function parametersOf(
  known: readonly Parameter[],
  given: Readonly<Record<string, string | number | boolean>>,
): { Name: string; Value: string }[] {
  const refuse = (name: string, problem: string) => {
    throw new SealabError('InvalidInput', `parameters.${name}: ${problem}.`, {
      remedy:
        known.length === 0
          ? 'The pipeline has no parameters.'
          : `The parameters are ${known.map(({ Name, Type }) => `${Name} (${Type})`).join(', ')}.`,
      details: { field: `parameters.${name}`, given: given[name] },
    });
  };
  for (const name of Object.keys(given)) if (!known.some(({ Name }) => Name === name)) refuse(name, 'the pipeline has no such parameter');
  return known.flatMap(({ Name, Type, DefaultValue, EnumValues }) => {
    const value = given[Name];
    if (value === undefined) {
      if (DefaultValue === undefined) refuse(Name, 'it has no default, so a value has to be given');
      return [];
    }
    const fits =
      Type === 'String'
        ? typeof value === 'string'
        : Type === 'Boolean'
          ? typeof value === 'boolean'
          : typeof value === 'number' && Number.isFinite(value);
    if (!fits || (Type === 'Integer' && !Number.isInteger(value))) refuse(Name, `${JSON.stringify(value)} is not of type ${Type}`);
    if (EnumValues !== undefined && !EnumValues.includes(value))
      refuse(Name, `${JSON.stringify(value)} is none of ${EnumValues.join(', ')}`);
    return [{ Name, Value: String(value) }];
  });
}
