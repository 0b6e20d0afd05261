import type { ServerResponse } from 'node:http';
import { AwsError, type Call } from '../call.ts';
import { shapeOf, type Member, type ServiceModel, type Shape } from '../protocol/models.ts';
import type { Resolved } from '../protocol/resolve.ts';
import { writeOutput } from '../protocol/write-output.ts';
import type { MotoClient } from './client.ts';

/** moto does not read CBOR, which boto3 prefers for some services (CloudWatch): the same call, as JSON. */
export async function answerCborByJson(moto: MotoClient, call: Call, resolved: Resolved, response: ServerResponse): Promise<void> {
  const { model, operation } = resolved;
  const input = operation.input === undefined ? {} : jsonForm(model, shapeOf(model, operation.input), call.input);
  const { status, text } = await moto.text({
    service: call.service,
    method: 'POST',
    path: '/',
    headers: {
      'content-type': `application/x-amz-json-${model.metadata.jsonVersion ?? '1.1'}`,
      'x-amz-target': `${model.metadata.targetPrefix ?? ''}.${operation.name}`,
    },
    body: JSON.stringify(input),
  });
  let output: Record<string, unknown>;
  try {
    output = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    throw new AwsError('OperationNotEmulated', `The local environment does not run ${call.service}:${operation.name}.`, 400);
  }
  if (status >= 300) {
    const code = typeof output['__type'] === 'string' ? output['__type'].split('#').at(-1) : undefined;
    const said = output['message'] ?? output['Message'];
    throw new AwsError(code ?? 'InternalFailure', typeof said === 'string' ? said : '', status);
  }
  await writeOutput(response, resolved, output, call.requestId);
}

/** Dates as seconds and bytes as base64. */
function jsonForm(model: ServiceModel, shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (shape.type === 'structure') {
    return Object.fromEntries(
      Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
        const converted = jsonForm(model, shapeOf(model, member), (value as Record<string, unknown>)[name]);
        return converted === undefined ? [] : [[name, converted]];
      }),
    );
  }
  if (shape.type === 'list') return (value as unknown[]).map((item) => jsonForm(model, shapeOf(model, shape.member as Member), item));
  return value;
}
