import { AwsError } from '../../call.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { NotebookInstanceFailure } from '../../../runner/notebook-instance-interface.ts';
import type { NotebookInstance, NotebookRunner } from '../../../runner/notebook-instance-interface.ts';
import { arnOf, vpcOfSubnet } from './account.ts';
import { listResources } from './listing.ts';
import type { LifecycleConfigRecord, NotebookRecord } from './records.ts';
import { now, Store } from './store.ts';
import type { Tags } from './tags.ts';

/** Seconds that a login by presigned URL lasts unless the caller says otherwise: SageMaker's default. */
const SESSION_SECONDS = 43_200;

/** Notebook instances and their lifecycle configurations. */
export function notebookOperations(platform: Platform, runner: NotebookRunner, tags: Tags): Record<string, (call: Call) => unknown> {
  const notebooks = new Store<NotebookRecord>('notebook-instances');
  const configs = new Store<LifecycleConfigRecord>('notebook-instance-lifecycle-configs');

  const find = (call: Call): NotebookRecord => {
    const record = notebooks.get(call.input['NotebookInstanceName'] as string);
    if (record === undefined) throw new AwsError('ValidationException', 'RecordNotFound');
    return record;
  };
  const require = (record: NotebookRecord, allowed: readonly NotebookRecord['status'][], next: string): void => {
    if (allowed.includes(record.status)) return;
    throw new AwsError(
      'ValidationException',
      `Status (${record.status}) not in ([${allowed.join(', ')}]). Unable to transition to (${next}) for Notebook Instance (${record.arn})`,
    );
  };
  const instanceOf = (record: NotebookRecord): NotebookInstance => {
    const name = record.request['LifecycleConfigName'] as string | undefined;
    const config = name === undefined ? undefined : configs.get(name);
    const script = (hook: 'OnCreate' | 'OnStart'): string | undefined => {
      const content = (config?.request[hook] as { Content?: string }[] | undefined)?.[0]?.Content;
      return content === undefined ? undefined : Buffer.from(content, 'base64').toString('utf8');
    };
    return {
      name: record.name,
      arn: record.arn,
      roleArn: record.request['RoleArn'] as string,
      vpcId: record.vpcId,
      instanceType: record.request['InstanceType'] as string,
      ...(config === undefined ? {} : { lifecycle: { arn: config.arn, onCreate: script('OnCreate'), onStart: script('OnStart') } }),
    };
  };
  const become = (record: NotebookRecord, status: NotebookRecord['status'], failureReason?: string): void => {
    record.status = status;
    if (failureReason === undefined) delete record.failureReason;
    else record.failureReason = failureReason;
    notebooks.save(record);
  };

  async function start(record: NotebookRecord): Promise<void> {
    become(record, 'Pending');
    try {
      await runner.start(instanceOf(record));
      if (record.status === 'Pending') become(record, 'InService');
    } catch (error) {
      become(record, 'Failed', error instanceof NotebookInstanceFailure ? error.reason : `InternalFailure: ${(error as Error).message}`);
    }
  }

  /**
   * After a restart: what still runs is taken over (the gateway was killed); what does not has been stopped with the
   * environment, and whoever starts it again gets the lifecycle scripts of that time.
   */
  async function resume(record: NotebookRecord): Promise<void> {
    if (record.status === 'InService') {
      record.status = 'Pending';
      become(record, (await runner.reattach(instanceOf(record))) ? 'InService' : 'Stopped');
    } else if (record.status === 'Pending') await start(record);
    else if (record.status === 'Stopping') become(record, 'Stopped');
    else if (record.status === 'Deleting') await remove(record);
  }

  async function remove(record: NotebookRecord): Promise<void> {
    await runner.delete(record.name);
    notebooks.delete(record.name);
    tags.remove(record.arn);
  }

  runner.onExit((name) => {
    const record = notebooks.get(name);
    if (record?.status === 'InService') become(record, 'Failed', 'JupyterLab ended by itself; its output is in the instance’s log.');
  });
  for (const record of notebooks.all()) void resume(record);

  const summary = (record: NotebookRecord): Record<string, unknown> => ({
    NotebookInstanceName: record.name,
    NotebookInstanceArn: record.arn,
    NotebookInstanceStatus: record.status,
    Url: runner.address(record.name),
    InstanceType: record.request['InstanceType'],
    CreationTime: record.creationTime,
    LastModifiedTime: record.lastModifiedTime,
    NotebookInstanceLifecycleConfigName: record.request['LifecycleConfigName'],
  });

  return {
    CreateNotebookInstance: async (call) => {
      const name = call.input['NotebookInstanceName'] as string;
      const arn = arnOf(platform, 'notebook-instance', name);
      if (notebooks.get(name) !== undefined)
        throw new AwsError('ValidationException', `Cannot create a duplicate NotebookInstance (${arn})`);
      const lifecycle = call.input['LifecycleConfigName'] as string | undefined;
      if (lifecycle !== undefined && configs.get(lifecycle) === undefined)
        throw new AwsError('ValidationException', `Notebook instance lifecycle config ${lifecycle} does not exist.`);
      const subnet = call.input['SubnetId'] as string | undefined;
      if (subnet === undefined)
        throw new AwsError('OperationNotEmulated', 'The local environment runs notebook instances inside a VPC alone: give SubnetId.');
      const vpcId = await vpcOfSubnet(platform, subnet);
      const record: NotebookRecord = {
        name,
        arn,
        request: call.input,
        vpcId,
        status: 'Pending',
        creationTime: now(),
        lastModifiedTime: now(),
      };
      notebooks.save(record);
      tags.add(arn, call.input['Tags']);
      void start(record);
      return { NotebookInstanceArn: arn };
    },
    DescribeNotebookInstance: (call) => {
      const record = find(call);
      const { request } = record;
      return {
        ...summary(record),
        FailureReason: record.failureReason,
        SubnetId: request['SubnetId'],
        SecurityGroups: request['SecurityGroupIds'],
        RoleArn: request['RoleArn'],
        KmsKeyId: request['KmsKeyId'],
        DirectInternetAccess: request['DirectInternetAccess'] ?? 'Enabled',
        VolumeSizeInGB: request['VolumeSizeInGB'] ?? 5,
        RootAccess: request['RootAccess'] ?? 'Enabled',
        PlatformIdentifier: request['PlatformIdentifier'] ?? 'notebook-al2023-v1',
        InstanceMetadataServiceConfiguration: request['InstanceMetadataServiceConfiguration'] ?? {
          MinimumInstanceMetadataServiceVersion: '1',
        },
      };
    },
    ListNotebookInstances: (call) => {
      const { page, ...rest } = listResources(notebooks.all(), call.input, { status: ({ status }) => status });
      return { NotebookInstances: page.map(summary), ...rest };
    },
    StartNotebookInstance: (call) => {
      const record = find(call);
      require(record, ['Stopped', 'Failed'], 'Pending');
      void start(record);
      return {};
    },
    StopNotebookInstance: (call) => {
      const record = find(call);
      require(record, ['InService'], 'Stopping');
      become(record, 'Stopping');
      void runner.stop(record.name).then(() => become(record, 'Stopped'));
      return {};
    },
    DeleteNotebookInstance: (call) => {
      const record = find(call);
      require(record, ['Stopped', 'Failed'], 'Deleting');
      become(record, 'Deleting');
      void remove(record);
      return {};
    },
    CreatePresignedNotebookInstanceUrl: (call) => {
      const record = find(call);
      require(record, ['InService'], 'CreatePresignedNotebookInstanceUrl');
      return {
        AuthorizedUrl: runner.presignedUrl(
          record.name,
          (call.input['SessionExpirationDurationInSeconds'] as number | undefined) ?? SESSION_SECONDS,
        ),
      };
    },
    ...lifecycleConfigOperations(platform, configs),
  };
}

function lifecycleConfigOperations(platform: Platform, configs: Store<LifecycleConfigRecord>): Record<string, (call: Call) => unknown> {
  const nameOf = (call: Call): string => call.input['NotebookInstanceLifecycleConfigName'] as string;
  const find = (call: Call): LifecycleConfigRecord => {
    const record = configs.get(nameOf(call));
    if (record === undefined)
      throw new AwsError(
        'ValidationException',
        `Unable to describe Notebook Instance Lifecycle Config '${nameOf(call)}'. Details: Notebook Instance Lifecycle Config does not exist.`,
      );
    return record;
  };
  const describe = ({ name, arn, request, creationTime, lastModifiedTime }: LifecycleConfigRecord): Record<string, unknown> => ({
    NotebookInstanceLifecycleConfigName: name,
    NotebookInstanceLifecycleConfigArn: arn,
    OnCreate: request['OnCreate'],
    OnStart: request['OnStart'],
    CreationTime: creationTime,
    LastModifiedTime: lastModifiedTime,
  });
  return {
    CreateNotebookInstanceLifecycleConfig: (call) => {
      const name = nameOf(call);
      const arn = arnOf(platform, 'notebook-instance-lifecycle-config', name);
      if (configs.get(name) !== undefined)
        throw new AwsError(
          'ValidationException',
          `Unable to create Notebook Instance Lifecycle Config ${arn}. (Details: Notebook Instance Lifecycle Config already exists.)`,
        );
      configs.save({ name, arn, request: call.input, creationTime: now(), lastModifiedTime: now() });
      return { NotebookInstanceLifecycleConfigArn: arn };
    },
    DescribeNotebookInstanceLifecycleConfig: (call) => describe(find(call)),
    UpdateNotebookInstanceLifecycleConfig: (call) => {
      const record = find(call);
      record.request = call.input;
      configs.save(record);
      return {};
    },
    DeleteNotebookInstanceLifecycleConfig: (call) => {
      configs.delete(find(call).name);
      return {};
    },
    ListNotebookInstanceLifecycleConfigs: (call) => {
      const { page, ...rest } = listResources(configs.all(), call.input);
      return { NotebookInstanceLifecycleConfigs: page.map(describe), ...rest };
    },
  };
}
