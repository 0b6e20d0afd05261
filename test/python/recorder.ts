import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that would have gone to AWS, and what the client was doing then. */
export interface Recorded {
  readonly during: string;
  /** `CreateTrainingJob`, or `PUT` for S3. */
  readonly operation: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}

const arn = (kind: string, name: unknown): string => `arn:aws:sagemaker:eu-west-1:111122223333:${kind}/${String(name)}`;

/** What clients read of an answer before they go on. */
const ANSWERS: Readonly<Record<string, (body: Record<string, unknown>) => object>> = {
  CreateTrainingJob: ({ TrainingJobName }) => ({ TrainingJobArn: arn('training-job', TrainingJobName) }),
  CreateProcessingJob: ({ ProcessingJobName }) => ({ ProcessingJobArn: arn('processing-job', ProcessingJobName) }),
  CreateTransformJob: ({ TransformJobName }) => ({ TransformJobArn: arn('transform-job', TransformJobName) }),
  CreateHyperParameterTuningJob: (body) => ({
    HyperParameterTuningJobArn: arn('hyper-parameter-tuning-job', body['HyperParameterTuningJobName']),
  }),
  CreateModel: ({ ModelName }) => ({ ModelArn: arn('model', ModelName) }),
  CreateEndpointConfig: ({ EndpointConfigName }) => ({ EndpointConfigArn: arn('endpoint-config', EndpointConfigName) }),
  CreateEndpoint: ({ EndpointName }) => ({ EndpointArn: arn('endpoint', EndpointName) }),
  CreatePipeline: ({ PipelineName }) => ({ PipelineArn: arn('pipeline', PipelineName) }),
  StartPipelineExecution: ({ PipelineName }) => ({ PipelineExecutionArn: arn('pipeline', `${String(PipelineName)}/execution/one`) }),
};

/**
 * An endpoint that writes down what clients send. Creating succeeds; Describe answers with what was created, in its
 * finished state. Nothing else is decided here: what matters is the requests.
 */
export class Recorder {
  readonly requests: Recorded[] = [];
  #during = '';
  readonly #created = new Map<string, Record<string, unknown>>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Everything of one operation that was sent during a step. */
  sent(during: string, operation: string): Record<string, unknown>[] {
    return this.requests.filter((one) => one.during === during && one.operation === operation).map(({ body }) => body);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const path = request.url ?? '/';
    if (path.startsWith('/during/')) {
      this.#during = decodeURIComponent(path.slice('/during/'.length));
      response.end();
      return;
    }
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    if (operation === undefined) {
      this.#keep(request.method ?? '', {}, request.headers, path);
      if (text.includes('Action=GetCallerIdentity')) return void response.end(IDENTITY);
      this.#answerS3(request, response, path);
      return;
    }
    const body = JSON.parse(text) as Record<string, unknown>;
    this.#keep(operation, body, request.headers, path);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(this.#answerSageMaker(operation, body)));
  }

  #keep(operation: string, body: Record<string, unknown>, headers: IncomingMessage['headers'], path: string): void {
    this.requests.push({ during: this.#during, operation, body, headers, path });
  }

  #answerSageMaker(operation: string, body: Record<string, unknown>): object {
    const kind = operation.replace(/^(Create|Describe)/, '');
    const key = `${kind} ${String(Object.values(body)[0])}`;
    if (operation.startsWith('Create') || operation in ANSWERS) {
      const answer = ANSWERS[operation]?.(body) ?? {};
      this.#created.set(`${kind} ${String(body[`${kind}Name`])}`, { ...body, ...answer });
      return answer;
    }
    const time = Date.now() / 1000;
    const status = kind === 'Endpoint' ? 'InService' : 'Completed';
    return {
      ...body,
      ...this.#created.get(key),
      [`${kind}Status`]: status,
      CreationTime: time,
      LastModifiedTime: time,
      SecondaryStatus: status,
    };
  }

  #answerS3(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { method } = request;
    if (method === 'GET' && path === '/') return void response.end(BUCKETS);
    if (method === 'POST' && /[?&]uploads/.test(path)) return void response.end(UPLOAD);
    if (method === 'POST') return void response.end(COMPLETED);
    response.setHeader('ETag', '"etag"');
    response.end();
  }
}

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::111122223333:assumed-role/notebook/somebody</Arn><UserId>AROA:somebody</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;
const BUCKETS = `<ListAllMyBucketsResult><Buckets><Bucket><Name>credit-risk-model</Name>
<CreationDate>2026-01-01T00:00:00Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`;
const UPLOAD = '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>';
const COMPLETED = '<CompleteMultipartUploadResult><ETag>"etag"</ETag></CompleteMultipartUploadResult>';
