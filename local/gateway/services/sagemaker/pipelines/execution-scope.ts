import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Platform } from '../../../platform.ts';
import { RoleSession } from '../../../../runner/role-session.ts';
import { joinS3, parseS3Uri } from '../../../../runner/s3-locations.ts';
import type { Request } from '../records.ts';
import type { PlacedStep } from './definition.ts';
import type { Scope } from './expressions.ts';
import { StepFailure } from './failure.ts';
import type { ExecutionRecord } from './records.ts';
import { STEP_SUBJECTS } from './step-types.ts';

/** What an execution sees and does, all of it as the pipeline's role and through the gateway, where IAM decides. */
export class ExecutionSession implements Scope {
  readonly #execution: ExecutionRecord;
  readonly #steps: ReadonlyMap<string, PlacedStep>;
  readonly #role: RoleSession;

  constructor(platform: Platform, execution: ExecutionRecord, steps: readonly PlacedStep[]) {
    this.#execution = execution;
    this.#steps = new Map(steps.map((placed) => [placed.step.Name, placed]));
    this.#role = new RoleSession(platform, execution.roleArn, execution.pipelineArn);
  }

  async client(): Promise<SageMakerClient> {
    return new SageMakerClient(await this.#role.config({ kind: 'host' }));
  }

  parameter(name: string): unknown {
    return this.#execution.parameters[name];
  }

  execution(name: string): unknown {
    const { pipelineName, pipelineArn, name: id, arn, startTime } = this.#execution;
    const variables: Readonly<Record<string, string>> = {
      PipelineName: pipelineName,
      PipelineArn: pipelineArn,
      PipelineExecutionId: id,
      PipelineExecutionArn: arn,
      StartDateTime: new Date(startTime * 1000).toISOString(),
      CurrentDateTime: new Date().toISOString(),
    };
    return variables[name];
  }

  async step(name: string): Promise<Request> {
    const record = this.#execution.steps[name];
    if (record === undefined) throw new StepFailure(`ClientError: Step ${name} has not run: it has no properties.`);
    if (record.type === 'Condition') return { Outcome: record.outcome === true ? 'True' : 'False' };
    if (record.type === 'Fail') return { ErrorMessage: record.errorMessage };
    return STEP_SUBJECTS[record.type].describe(await this.client(), record.subject ?? '');
  }

  async propertyFile(stepName: string, fileName: string): Promise<unknown> {
    const file = this.#steps.get(stepName)?.step.PropertyFiles?.find(({ PropertyFileName }) => PropertyFileName === fileName);
    if (file === undefined) throw new StepFailure(`ClientError: Step ${stepName} declares no property file ${fileName}.`);
    const { ProcessingOutputConfig } = (await this.step(stepName)) as {
      ProcessingOutputConfig?: { Outputs?: { OutputName: string; S3Output?: { S3Uri: string } }[] };
    };
    const output = ProcessingOutputConfig?.Outputs?.find(({ OutputName }) => OutputName === file.OutputName)?.S3Output?.S3Uri;
    if (output === undefined)
      throw new StepFailure(`ClientError: Step ${stepName} has no output ${file.OutputName} for the property file.`);
    return this.document(joinS3(output, file.FilePath));
  }

  async document(s3Uri: string): Promise<unknown> {
    const text = await readS3Text(this.#role, s3Uri).catch((error: unknown) => {
      throw new StepFailure(`ClientError: Unable to read ${s3Uri}: ${error instanceof Error ? error.message : ''}`);
    });
    try {
      return JSON.parse(text);
    } catch {
      throw new StepFailure(`ClientError: ${s3Uri} is not JSON.`);
    }
  }
}

/** An object as text, read with a role's credentials. */
export async function readS3Text(role: RoleSession, s3Uri: string, VersionId?: string): Promise<string> {
  const { bucket, key } = parseS3Uri(s3Uri);
  const s3 = new S3Client({ ...(await role.config({ kind: 'host' })), forcePathStyle: true });
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(VersionId === undefined ? {} : { VersionId }) }));
  return (await object.Body?.transformToString()) ?? '';
}
