import { gzipSync } from 'node:zlib';
import { END_OF_ARCHIVE, tarEntries } from '../../sdk/src/source/tar.ts';
import { ARN, features, notes, pipelines, registry } from './examples-records.ts';
import type { Answer } from './examples-records.ts';
import { environment } from './environment-fixture.ts';
import { hostingService } from './hosting-service.ts';
import type { Outcome } from './service-on-a-port.ts';

type Json = Record<string, unknown>;

const { model: BUCKET, artifacts: ARTIFACTS } = environment.buckets;
const xml = (text: string): Outcome => ({ content: text, headers: { 'content-type': 'application/xml' } });
const notebook = environment.roles.notebookExecution.split('/').at(-1) ?? '';
const CODE = gzipSync(
  Buffer.concat([tarEntries([{ name: 'train.py', bytes: new TextEncoder().encode('print(1)'), executable: false }]), END_OF_ARCHIVE]),
);

/**
 * A project in which every job has completed and every endpoint comes into service: hosting and S3 as `hostingService` keeps them, the
 * rest here. What a program would have written is there as soon as its job was asked for.
 */
export async function examplesService(): Promise<Awaited<ReturnType<typeof hostingService>>> {
  const put = (uri: string, content: string, type = 'text/csv') =>
    service.objects.set(uri.replace(/^s3:\/\//, ''), { content, headers: { 'content-type': type } });
  const parts: readonly Answer[] = [
    identity,
    trials,
    archives,
    trainingJobs(),
    otherJobs(put),
    invocations(put),
    registry(),
    features(),
    notes(),
    pipelines,
  ];
  const service = await hostingService({
    instead: (request) => {
      for (const part of parts) {
        const outcome = part(request);
        if (outcome !== undefined) return outcome;
      }
      return undefined;
    },
  });
  return service;
}

const identity: Answer = ({ body }) => {
  if (body.includes('Action=GetCallerIdentity'))
    return xml(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/${notebook}/SageMaker</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  if (body.includes('Action=AssumeRole'))
    return xml(
      '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDOTHER</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
    );
  // IAM and EC2 may not be asked: a pre-flight check says so.
  if (!body.includes('Action=')) return undefined;
  return {
    content: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not here.</Message></Error></ErrorResponse>',
    headers: { 'content-type': 'application/xml' },
    status: 403,
  };
};

/** An upload that a pre-flight check begins and gives up. */
const trials: Answer = ({ operation }) => {
  if (!operation.includes('/.preflight-')) return undefined;
  return operation.startsWith('POST')
    ? xml('<InitiateMultipartUploadResult><UploadId>begun</UploadId></InitiateMultipartUploadResult>')
    : { empty: 204 };
};

/** What training jobs have left, and their code. */
const archives: Answer = ({ operation }) => {
  const [method = '', path = ''] = operation.split(' ');
  if (!/\/output\/model\.tar\.gz|\/sourcedir\.tar\.gz/.test(path) || !['GET', 'HEAD'].includes(method)) return undefined;
  return { content: method === 'HEAD' ? '' : CODE, headers: { 'content-type': 'application/gzip', etag: '"a"' } };
};

function trainingJobs(): Answer {
  const made = ['credit'];
  return ({ operation, input }) => {
    const name = String(input['TrainingJobName']);
    switch (operation) {
      case 'Search':
        return input['Resource'] === 'TrainingJob'
          ? { json: { Results: made.map((TrainingJobName) => ({ TrainingJob: { TrainingJobName } })) } }
          : undefined;
      case 'CreateTrainingJob':
        made.unshift(name);
        return { json: { TrainingJobArn: `${ARN}:training-job/${name}` } };
      case 'DescribeTrainingJob':
        return { json: trained(name) };
      case 'ListTrainingJobs':
        return {
          json: {
            TrainingJobSummaries: made.map((TrainingJobName) => ({
              TrainingJobName,
              TrainingJobArn: `${ARN}:training-job/${TrainingJobName}`,
              TrainingJobStatus: 'Completed',
              CreationTime: 1,
              LastModifiedTime: 2,
            })),
          },
        };
      case 'DescribeLogStreams':
        return { json: { logStreams: [{ logStreamName: `${String(input['logStreamNamePrefix'])}algo-1-1700000000` }] } };
      case 'GetLogEvents': {
        const lines = [0.5, 0.75].map((auc, at) => ({ timestamp: at, message: `validation:auc=${auc}` }));
        return { json: { events: input['nextToken'] === undefined ? lines : [], nextForwardToken: 'f/1' } };
      }
      default:
        return undefined;
    }
  };
}

const trained = (name: string) => ({
  TrainingJobName: name,
  TrainingJobArn: `${ARN}:training-job/${name}`,
  TrainingJobStatus: 'Completed',
  SecondaryStatus: 'Completed',
  AlgorithmSpecification: {
    TrainingImage: environment.images['scikit-learn'],
    MetricDefinitions: [{ Name: 'auc', Regex: 'auc=([0-9.]+)' }],
  },
  HyperParameters: { sagemaker_program: '"train.py"' },
  InputDataConfig: [
    {
      ChannelName: 'code',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${ARTIFACTS}/code/sourcedir.tar.gz` } },
    },
  ],
  ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/${name}/output/model.tar.gz` },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
});

type Put = (uri: string, content: string, type?: string) => void;

/** Processing, transform, tuning and AutoML. */
function otherJobs(put: Put): Answer {
  const kept = new Map<string, Json>();
  const keep = (kind: string, name: unknown, input: Json): Outcome => {
    kept.set(`${kind}/${String(name)}`, input);
    return { json: { [`${kind}Arn`]: `${ARN}:job/${String(name)}` } };
  };
  const best = {
    TrainingJobName: 'credit-best',
    TrainingJobArn: `${ARN}:training-job/credit-best`,
    CreationTime: 1,
    TrainingJobStatus: 'Completed',
    TunedHyperParameters: { eta: '0.1', depth: '4' },
    FinalHyperParameterTuningJobObjectiveMetric: { MetricName: 'auc', Value: 0.81 },
  };
  return ({ operation, input }) => {
    switch (operation) {
      case 'CreateProcessingJob':
        report(input, put);
        return keep('ProcessingJob', input['ProcessingJobName'], input);
      case 'DescribeProcessingJob':
        return { json: { ...kept.get(`ProcessingJob/${String(input['ProcessingJobName'])}`), ProcessingJobStatus: 'Completed' } };
      case 'CreateTransformJob': {
        const { S3OutputPath } = input['TransformOutput'] as { S3OutputPath: string };
        put(`${S3OutputPath}/data.csv.out`, '1,0.12\n2,0.93\n');
        return keep('TransformJob', input['TransformJobName'], input);
      }
      case 'DescribeTransformJob':
        return { json: { ...kept.get(`TransformJob/${String(input['TransformJobName'])}`), TransformJobStatus: 'Completed' } };
      case 'CreateHyperParameterTuningJob':
        return keep('HyperParameterTuningJob', input['HyperParameterTuningJobName'], input);
      case 'DescribeHyperParameterTuningJob':
        return {
          json: {
            ...kept.get(`HyperParameterTuningJob/${String(input['HyperParameterTuningJobName'])}`),
            HyperParameterTuningJobStatus: 'Completed',
            TrainingJobStatusCounters: { Completed: 20 },
            BestTrainingJob: best,
          },
        };
      case 'ListTrainingJobsForHyperParameterTuningJob':
        return { json: { TrainingJobSummaries: [best] } };
      case 'CreateAutoMLJobV2':
        return keep('AutoMLJob', input['AutoMLJobName'], input);
      case 'DescribeAutoMLJobV2':
        return {
          json: {
            AutoMLJobStatus: 'Completed',
            AutoMLJobSecondaryStatus: 'Completed',
            BestCandidate: {
              CandidateName: 'candidate-7',
              CandidateStatus: 'Completed',
              FinalAutoMLJobObjectiveMetric: { Type: 'Maximize', MetricName: 'AUC', Value: 0.79 },
              InferenceContainers: [{ Image: environment.images['scikit-learn'], ModelDataUrl: `s3://${BUCKET}/automl/model.tar.gz` }],
            },
          },
        };
      default:
        return undefined;
    }
  };
}

/** What the programs of `lab.monitor` write. */
function report(input: Json, put: Put): void {
  const { AppSpecification, ProcessingOutputConfig } = input as {
    AppSpecification: { ContainerArguments?: string[] };
    ProcessingOutputConfig?: { Outputs: { OutputName: string; S3Output: { S3Uri: string } }[] };
  };
  const place = ProcessingOutputConfig?.Outputs.find(({ OutputName }) => OutputName === 'report')?.S3Output.S3Uri;
  if (place === undefined) return;
  const feature = { name: 'age', kind: 'numeric', rows: 10, missing: 0 };
  const write = (file: string, value: unknown) => put(`${place}/${file}`, JSON.stringify(value), 'application/json');
  const [first] = AppSpecification.ContainerArguments ?? [];
  if (first === 'baseline') write('baseline.json', { rows: 10, columns: ['age'], features: [feature], target: null, prediction: null });
  else if (first === 'drift')
    write('drift.json', { drifted: true, rows: 10, features: [{ ...feature, drifted: true, reasons: ['PSI 0.412'] }], absent: [] });
  else
    write('importance.json', {
      metric: 'roc_auc',
      score: 0.8,
      rows: 10,
      repeats: 5,
      features: [{ name: 'age', importance: 0.4, deviation: 0.01 }],
    });
}

/** Endpoints answer two probabilities, in the queue of an asynchronous one and into its captures as well. */
function invocations(put: Put): Answer {
  return ({ operation, input, headers, body }) => {
    if (operation === 'DescribeEndpoint' && input['EndpointName'] === 'credit-watched')
      return { json: { EndpointStatus: 'InService', DataCaptureConfig: { DestinationS3Uri: `s3://${BUCKET}/data-capture` } } };
    const [, name = '', how = ''] = /^POST \/endpoints\/([^/]+)\/([\w-]+)/.exec(operation) ?? [];
    if (name === '') return undefined;
    if (how === 'async-invocations') {
      const place = `s3://${BUCKET}/async-inference/${name}/output/1.out`;
      put(place, '[0.12,0.93]', 'application/json');
      const locations = { 'x-amzn-sagemaker-outputlocation': place, 'x-amzn-sagemaker-failurelocation': `${place}.failed` };
      return { content: '{"InferenceId":"1"}', headers: { 'content-type': 'application/json', ...locations }, status: 202 };
    }
    const now = new Date().toISOString();
    const captured = {
      captureData: {
        endpointInput: { observedContentType: 'text/csv', mode: 'INPUT', data: body, encoding: 'CSV' },
        endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', data: '[0.12,0.93]', encoding: 'JSON' },
      },
      eventMetadata: { eventId: '1', inferenceId: headers['x-amzn-sagemaker-inference-id'], inferenceTime: now },
      eventVersion: '0',
    };
    put(`s3://${BUCKET}/data-capture/${name}/AllTraffic/${now.slice(0, 13).replace(/[-T]/g, '/')}/a.jsonl`, JSON.stringify(captured));
    return { json: [0.12, 0.93] };
  };
}
