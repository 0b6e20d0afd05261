import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Platform } from '../../platform.ts';
import type { AsyncResult, QueuedInvocation } from './async-invocations.ts';
import { asyncConfig, type EndpointRecord } from './endpoint-fleets.ts';
import type { EndpointRoles } from './endpoint-role.ts';

/** An answer up to this size goes into the notification where IncludeInferenceResponseIn asks for it. */
const LARGEST_INCLUDED = 128 * 1024;

/**
 * Tells the topic of the endpoint's configuration how an asynchronous request ended, as the model's execution role.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
 */
export async function notify(
  { platform, roles }: { readonly platform: Platform; readonly roles: EndpointRoles },
  endpoint: EndpointRecord,
  item: QueuedInvocation,
  { failure, body, contentType }: AsyncResult,
): Promise<void> {
  const config = asyncConfig(endpoint.fleet)?.OutputConfig?.NotificationConfig;
  const topic = failure === undefined ? config?.SuccessTopic : config?.ErrorTopic;
  if (topic === undefined) return;
  const included = config?.IncludeInferenceResponseIn?.includes(
    failure === undefined ? 'SUCCESS_NOTIFICATION_TOPIC' : 'ERROR_NOTIFICATION_TOPIC',
  );
  const outputLocation = failure === undefined ? item.outputLocation : item.failureLocation;
  const message = {
    awsRegion: platform.region,
    eventTime: new Date().toISOString(),
    receivedTime: new Date(item.receivedAt).toISOString(),
    invocationStatus: failure === undefined ? 'Completed' : 'Failed',
    failureReason: failure,
    requestParameters: {
      accept: item.accept,
      contentType: item.contentType,
      customAttributes: item.customAttributes,
      endpointName: item.endpoint,
      inputLocation: item.inputLocation,
    },
    responseParameters: outputLocation === undefined ? undefined : { contentType, outputLocation },
    responseBody:
      included === true && body.length <= LARGEST_INCLUDED ? { content: body.toString('base64'), encoding: 'BASE64' } : undefined,
    inferenceId: item.inferenceId,
    eventVersion: '1.0',
    eventSource: 'aws:sagemaker',
    eventName: 'InferenceResult',
  };
  await new SNSClient(await roles.outside(endpoint)).send(new PublishCommand({ TopicArn: topic, Message: JSON.stringify(message) }));
}
