import { inspect } from 'node:util';
import { CloudWatchLogsClient, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CodeartifactClient, ListPackageVersionsCommand } from '@aws-sdk/client-codeartifact';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { PutRecordCommand, SageMakerFeatureStoreRuntimeClient } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  SageMakerRuntimeClient,
  type ResponseStream,
} from '@aws-sdk/client-sagemaker-runtime';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const text = 'Grüße, 世界 🚀 "\\\n';

/** Buckets and Regions as a project has them, and what is refused. */
const PLACES = [
  { Bucket: 'credit-risk-data', Region: 'eu-west-1' },
  { Bucket: 'credit.risk.data', Region: 'eu-west-1' },
  { Bucket: 'abc', Region: 'us-east-1' },
  { Bucket: 'credit-risk-data', Region: 'cn-north-1' },
  { Bucket: 'credit-risk-data', Region: 'us-gov-west-1' },
  { Bucket: 'credit-risk-data', Region: 'aws-global' },
  { Bucket: 'an-access-point-metadata1234567-s3alias', Region: 'eu-west-1' },
  { Bucket: 'credit-risk-data', Region: 'eu-west-1', Endpoint: 'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com' },
  { Bucket: 'credit-risk-data', Region: 'eu-west-1', Endpoint: 'http://127.0.0.1:4566' },
  { Bucket: 'Not_A_Host', Region: 'eu-west-1', Endpoint: 'https://s3.example' },
  { Bucket: 'credit-risk-data', Region: 'not a region' },
  { Region: 'eu-west-1' },
  { Region: 'us-east-1', Endpoint: 'https://s3.example/below' },
];

const parts = async (stream: AsyncIterable<ResponseStream> | undefined): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { PayloadPart } of stream ?? []) texts.push(new TextDecoder().decode(PayloadPart?.Bytes));
  return texts;
};

/** What clients make of requests, answers and endpoints, in words: run with the packages as they are, and as they are bundled. */
export async function exchange(endpoint: string): Promise<string> {
  const settings = { endpoint, credentials, region: 'eu-west-1' };
  const sageMaker = new SageMakerClient(settings);
  const [logs, kms, ecr] = [new CloudWatchLogsClient(settings), new KMSClient(settings), new ECRClient(settings)];
  const runtime = new SageMakerRuntimeClient(settings);
  const [iam, ec2, sts] = [new IAMClient(settings), new EC2Client(settings), new STSClient(settings)];
  const frozen = Object.freeze({ 'learning-rate': '0.1', note: text });
  const answers: unknown[] = [
    await sageMaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName: 'first',
        RoleArn: 'arn',
        HyperParameters: frozen,
        AlgorithmSpecification: { TrainingImage: 'image', TrainingInputMode: 'File', MetricDefinitions: [{ Name: 'auc', Regex: text }] },
        InputDataConfig: [
          {
            ChannelName: 'data',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/${text}` } },
            ContentType: undefined,
          },
        ],
        OutputDataConfig: { S3OutputPath: 's3://model/', KmsKeyId: undefined },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
        StoppingCondition: { MaxRuntimeInSeconds: 3_600 },
        EnableNetworkIsolation: false,
        Environment: undefined,
      }),
    ),
    await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'first' })),
    await sageMaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tuned' })),
    await sageMaker.send(
      new StartPipelineExecutionCommand({
        PipelineName: 'p',
        ClientRequestToken: 'a'.repeat(32),
        PipelineParameters: [{ Name: 'a', Value: text }],
      }),
    ),
    await sageMaker.send(new CreateModelCommand({ ModelName: 'm', Containers: [{ Image: 'i', Environment: { A: text } }], Tags: [] })),
    await sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: 'first' })),
    await sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'absent' })).catch((error: unknown) => String(error)),
    await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/aws', orderBy: 'LogStreamName', limit: 3 })),
    await kms.send(new DescribeKeyCommand({ KeyId: 'key' })),
    await iam.send(new GetRoleCommand({ RoleName: 'r' })),
    await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1', 'subnet-2'] })),
    await sts.send(new GetCallerIdentityCommand({})),
    await new ServiceQuotasClient(settings).send(new ListServiceQuotasCommand({ ServiceCode: 'sagemaker' })),
    await new CodeartifactClient(settings).send(
      new ListPackageVersionsCommand({ domain: 'sealab', repository: 'approved', format: 'pypi', package: 'numpy' }),
    ),
    await new SageMakerFeatureStoreRuntimeClient(settings).send(
      new PutRecordCommand({ FeatureGroupName: 'g', Record: [{ FeatureName: 'a', ValueAsString: text }], TargetStores: ['OnlineStore'] }),
    ),
    new TextDecoder().decode(
      (await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: text, ContentType: 'text/csv', TargetModel: 'm' }))).Body,
    ),
    await parts((await runtime.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'e', Body: text }))).Body),
    await ecr.send(new DescribeImagesCommand({ repositoryName: 'r', imageIds: [{ imageTag: '1' }] })),
  ];
  const { endpointProvider } = new S3Client({ region: 'eu-west-1', credentials }).config;
  for (const place of PLACES) {
    const parameters = {
      UseFIPS: false,
      UseDualStack: false,
      Accelerate: false,
      ForcePathStyle: false,
      UseGlobalEndpoint: false,
      ...place,
    };
    try {
      const { url, properties } = endpointProvider(parameters, {});
      answers.push([place, url.href, properties]);
    } catch (error) {
      answers.push([place, String(error)]);
    }
  }
  for (const client of [sageMaker, logs, kms, ecr, runtime, iam, ec2, sts])
    for (const Region of ['eu-west-1', 'cn-north-1', 'us-gov-east-1', 'us-iso-east-1', 'eusc-de-east-1', 'xx-new-9']) {
      const ask = (client as unknown as { config: { endpointProvider: (parameters: object, context: object) => { url: URL } } }).config
        .endpointProvider;
      answers.push([Region, ask({ UseFIPS: false, UseDualStack: false, Region }, {}).url.href]);
    }
  for (const answer of answers) if (typeof answer === 'object' && answer !== null && '$metadata' in answer) delete answer.$metadata;
  return inspect(answers, { depth: null, sorted: true, maxArrayLength: null });
}
