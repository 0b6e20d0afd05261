import { AwsError, type Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { RoleSession } from '../../../../runner/role-session.ts';
import { arnOf, checkRole } from '../account.ts';
import { listResources } from '../listing.ts';
import { listInput, notThere, uniqueName, userOf } from '../record-operations.ts';
import type { Request } from '../records.ts';
import type { EmitStateChange } from '../state-change-events.ts';
import { now, Store } from '../store.ts';
import type { Tags } from '../tags.ts';
import { parseDefinition } from './definition.ts';
import { readS3Text } from './execution-scope.ts';
import { executionOperations, hasRunning } from './executions.ts';
import { PipelineExecutor } from './executor.ts';
import type { ExecutionRecord, Parallelism, PipelineRecord } from './records.ts';

type Handlers = Record<string, (call: Call) => unknown>;

/** Pipelines and their executions: the steps really run, as the pipeline's role. */
export function pipelineOperations(platform: Platform, tags: Tags, emit: EmitStateChange): Handlers {
  const pipelines = new Store<PipelineRecord>('pipelines');
  const executions = new Store<ExecutionRecord>('pipeline-executions');
  const arn = (name: string): string => arnOf(platform, 'pipeline', name);
  const find = (given: string): PipelineRecord => {
    const name = given.startsWith('arn:') ? given.slice(given.indexOf(':pipeline/') + ':pipeline/'.length) : given;
    const record = pipelines.get(name);
    if (record === undefined) throw notThere('Pipeline')(name, arn(name));
    return record;
  };
  const answer = (record: PipelineRecord): Request => ({ PipelineArn: record.arn });
  const described = (record: PipelineRecord): Request => ({
    PipelineArn: record.arn,
    PipelineName: record.name,
    PipelineDisplayName: record.displayName,
    PipelineDefinition: record.definition,
    PipelineDescription: record.description,
    RoleArn: record.roleArn,
    PipelineStatus: 'Active',
    CreationTime: record.creationTime,
    LastModifiedTime: record.lastModifiedTime,
    LastRunTime: record.lastRunTime,
    LastExecutionTime: record.lastRunTime,
    CreatedBy: record.createdBy,
    LastModifiedBy: record.modifiedBy,
    ParallelismConfiguration: record.parallelism,
  });

  /** The definition of a request, checked; where it is in S3 it is read as the pipeline's role. */
  const definitionIn = async (input: Request, roleArn: string, pipelineArn: string): Promise<string | undefined> => {
    if (input['PipelineVersionAliases'] !== undefined)
      throw new AwsError(
        'OperationNotEmulated',
        'The local environment keeps one version of a pipeline: it does not do PipelineVersionAliases.',
      );
    const place = input['PipelineDefinitionS3Location'] as { Bucket: string; ObjectKey: string; VersionId?: string } | undefined;
    const given = input['PipelineDefinition'] as string | undefined;
    if (place !== undefined && given !== undefined)
      throw new AwsError('ValidationException', 'Only one of PipelineDefinition and PipelineDefinitionS3Location can be given.');
    const text =
      place === undefined
        ? given
        : await readS3Text(
            new RoleSession(platform, roleArn, pipelineArn),
            `s3://${place.Bucket}/${place.ObjectKey}`,
            place.VersionId,
          ).catch((error: unknown) => {
            throw new AwsError(
              'ValidationException',
              `Unable to read the pipeline definition at s3://${place.Bucket}/${place.ObjectKey}: ${error instanceof Error ? error.message : ''}`,
            );
          });
    if (text !== undefined) parseDefinition(text);
    return text;
  };

  const create = async (call: Call): Promise<Request> => {
    const { input } = call;
    const name = input['PipelineName'] as string;
    const roleArn = input['RoleArn'] as string;
    await checkRole(platform, roleArn, arn(name));
    const definition = await definitionIn(input, roleArn, arn(name));
    if (definition === undefined)
      throw new AwsError('ValidationException', 'Either PipelineDefinition or PipelineDefinitionS3Location must be given.');
    const before = pipelines.get(name);
    if (before !== undefined) {
      if (before.token === input['ClientRequestToken']) return answer(before);
      throw uniqueName('Pipeline')(name);
    }
    const user = userOf(call);
    const [description, parallelism] = [input['PipelineDescription'], input['ParallelismConfiguration']] as [string?, Parallelism?];
    tags.add(arn(name), input['Tags']);
    return answer(
      pipelines.save({
        name,
        arn: arn(name),
        token: input['ClientRequestToken'] as string,
        displayName: (input['PipelineDisplayName'] as string | undefined) ?? name,
        ...(description === undefined ? {} : { description }),
        definition,
        roleArn,
        ...(parallelism === undefined ? {} : { parallelism }),
        createdBy: user,
        modifiedBy: user,
        creationTime: now(),
        lastModifiedTime: 0,
      }),
    );
  };

  const update = async (call: Call): Promise<Request> => {
    const { input } = call;
    const record = find(input['PipelineName'] as string);
    const roleArn = (input['RoleArn'] as string | undefined) ?? record.roleArn;
    await checkRole(platform, roleArn, record.arn);
    const definition = (await definitionIn(input, roleArn, record.arn)) ?? record.definition;
    const { PipelineDisplayName, PipelineDescription, ParallelismConfiguration } = input;
    if (PipelineDisplayName !== undefined) record.displayName = PipelineDisplayName as string;
    if (PipelineDescription !== undefined) record.description = PipelineDescription as string;
    if (ParallelismConfiguration !== undefined) record.parallelism = ParallelismConfiguration as Parallelism;
    Object.assign(record, { roleArn, definition, modifiedBy: userOf(call) });
    return answer(pipelines.save(record));
  };

  return {
    CreatePipeline: create,
    UpdatePipeline: update,
    DescribePipeline: (call) => {
      for (const field of ['PipelineVersionId', 'PipelineVersionAlias']) {
        if (call.input[field] !== undefined)
          throw new AwsError('OperationNotEmulated', `The local environment keeps one version of a pipeline: it does not do ${field}.`);
      }
      return described(find(call.input['PipelineName'] as string));
    },
    ListPipelines: ({ input }) => {
      const prefix = (input['PipelineNamePrefix'] as string | undefined) ?? '';
      const kept = [...pipelines.all()].filter(({ name }) => name.startsWith(prefix) && input['ManagedBy'] !== 'AWS');
      const { page, ...rest } = listResources(kept, listInput(input));
      return { PipelineSummaries: page.map(described), ...rest };
    },
    DeletePipeline: (call) => {
      const record = find(call.input['PipelineName'] as string);
      if (hasRunning(executions, record.name))
        throw new AwsError('ConflictException', `Pipeline '${record.arn}' has running executions: stop them first.`);
      for (const { name, pipelineName } of [...executions.all()]) if (pipelineName === record.name) executions.delete(name);
      pipelines.delete(record.name);
      tags.remove(record.arn);
      return answer(record);
    },
    ...executionOperations({
      executions,
      executor: new PipelineExecutor(platform, executions, emit),
      emit,
      findPipeline: find,
      pipelineRan: (record) => {
        record.lastRunTime = now();
        pipelines.save(record);
      },
      checkRole: (roleArn, resourceArn) => checkRole(platform, roleArn, resourceArn),
    }),
  };
}
