import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clients, clientsFor } from '../../../local/deploy/clients.ts';
import { AwsError, type Call, type EmulatedService, type Principal } from '../../../local/gateway/call.ts';
import type { Permission, Platform } from '../../../local/gateway/platform.ts';
import { createServiceCatalogService } from '../../../local/gateway/services/service-catalog/service.ts';
import { type Moto, startMoto, TARGET } from './moto.ts';

export const role = (name: string): string => `arn:aws:iam::111122223333:role/sealab/lab/${name}`;
export const session = (name: string, who: string): Principal => ({
  arn: `arn:aws:sts::111122223333:assumed-role/${name}/${who}`,
  roleArn: role(name),
  sessionName: who,
  userId: `AROA:${who}`,
  accountId: '111122223333',
});
export const ana = session('scientist', 'ana');
export const ben = session('scientist', 'ben');
export const admin: Principal = {
  arn: 'arn:aws:iam::111122223333:user/administrator',
  roleArn: undefined,
  sessionName: undefined,
  userId: 'AIDA',
  accountId: '111122223333',
};

const template = {
  Parameters: {
    Owner: { Type: 'String', AllowedPattern: '[a-z]{2,10}', ConstraintDescription: 'must be your user name' },
    Size: { Type: 'String', Default: 'small', AllowedValues: ['small', 'large'] },
    Days: { Type: 'Number', Default: 30, MinValue: 1, MaxValue: 30 },
    Alias: { Type: 'String', Default: 'alias/ok' },
  },
  Resources: {
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::Sub': '/lab/${Owner}' }, RetentionInDays: { Ref: 'Days' } } },
    Key: { Type: 'AWS::KMS::Key', DependsOn: 'Log', Properties: {} },
    Named: { Type: 'AWS::KMS::Alias', Properties: { AliasName: { Ref: 'Alias' }, TargetKeyId: { Ref: 'Key' } } },
  },
  Outputs: { Name: { Value: { Ref: 'Log' }, Description: 'the log' } },
};

type Answer = Record<string, never>;
interface Settled {
  readonly RecordDetail: Answer;
  readonly RecordOutputs: never[];
}

/** A request as the gateway would hand it to the service. */
export const requestOf = (operation: string, input: object, principal: Principal): Call => ({
  service: 'servicecatalog',
  operation,
  input: input as Call['input'],
  principal,
  origin: { kind: 'host' },
  requestId: 'r',
  ...TARGET,
});

/** Service Catalog over a real moto, whose bucket `assets` holds the template of a product. */
export class RunningCatalog {
  readonly moto: Moto;
  readonly aws: Clients;
  service: EmulatedService;
  /** Permissions that are refused; all others are given. */
  refused: (permission: Permission) => boolean = () => false;
  asked: Permission[] = [];

  private constructor(moto: Moto) {
    this.moto = moto;
    this.aws = clientsFor(moto.client);
    this.service = this.#create();
  }
  static async start(): Promise<RunningCatalog> {
    const catalog = new RunningCatalog(await startMoto());
    const { s3 } = catalog.aws;
    await s3.send(new CreateBucketCommand({ Bucket: 'assets', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'assets', Key: 'product.json', Body: JSON.stringify(template) }));
    await s3.send(new PutObjectCommand({ Bucket: 'assets', Key: 'broken.json', Body: '{"Resources":{"X":{}}}' }));
    return catalog;
  }
  /** With what is on the disk. */
  restart(): void {
    this.service = this.#create();
  }
  #create(): EmulatedService {
    const { folder } = this.moto;
    return createServiceCatalogService(this.#platform(), join(folder, 'service-catalog'), join(folder, 'deploy'));
  }
  async call(operation: string, input: object, principal: Principal = ana): Promise<Answer> {
    return (await this.service.operations[operation]?.(requestOf(operation, input, principal))) as Answer;
  }
  /** The record of what was started, when it has ended. */
  async settled(answer: Answer): Promise<Settled> {
    const { RecordId } = (answer as unknown as { RecordDetail: { RecordId: string } }).RecordDetail;
    for (;;) {
      const record = (await this.call('DescribeRecord', { Id: RecordId })) as unknown as Settled;
      if (['SUCCEEDED', 'FAILED'].includes(record.RecordDetail['Status'] as unknown as string)) return record;
      await pause(20);
    }
  }

  /** The gateway's part that this service uses: the calls go to the real moto, permissions are told here. */
  #platform(): Platform {
    const { moto } = this;
    return {
      account: TARGET.accountId,
      region: TARGET.region,
      partition: TARGET.partition,
      endpointUrl: moto.client.endpoint,
      caFile: '',
      assumeForService: (roleArn) =>
        roleArn === role('launch')
          ? Promise.resolve({ accessKeyId: 'ASIALAUNCH', secretAccessKey: 'x', sessionToken: 'y', expiration: new Date() })
          : Promise.reject(
              new AwsError(
                'AccessDenied',
                `servicecatalog.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
                403,
              ),
            ),
      checkAssumable: () => Promise.reject(new Error('no SageMaker here')),
      vpcOfSubnet: () => Promise.reject(new Error('no SageMaker here')),
      clientConfig: (credentials) => ({ ...moto.client, credentials }),
      administratorConfig: () => moto.client,
      openSandbox: () => Promise.reject(new Error('no sandboxes here')),
      principalOf: () => session('launch', 'servicecatalog'),
      authorize: (permission) => {
        this.asked.push(permission);
        return this.refused(permission)
          ? Promise.reject(new AwsError('AccessDeniedException', `${permission.action} is refused`))
          : Promise.resolve();
      },
      onShutdown: () => undefined,
    };
  }
}
