import { cbor, dateToTag } from '@smithy/core/cbor';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { shapeOf, type Member, type ServiceModel, type Shape } from './models.ts';
import type { Resolved } from './resolve.ts';

type Output = Readonly<Record<string, unknown>>;

/** Answers with the output of an emulated operation, in the protocol of the request. */
export async function writeOutput(response: ServerResponse, resolved: Resolved, output: Output, requestId: string): Promise<void> {
  const { model, operation } = resolved;
  const shape: Shape = operation.output === undefined ? { type: 'structure' } : shapeOf(model, operation.output);
  response.setHeader('x-amzn-requestid', requestId);
  response.statusCode = operation.http.responseCode ?? 200;
  switch (resolved.protocol) {
    case 'json': {
      end(response, `application/x-amz-json-${model.metadata.jsonVersion ?? '1.1'}`, JSON.stringify(toJson(model, shape, output)));
      return;
    }
    case 'cbor':
      response.setHeader('smithy-protocol', 'rpc-v2-cbor');
      {
        end(response, 'application/cbor', cbor.serialize(toCbor(model, shape, output)));
        return;
      }
    case 'query':
    case 'ec2': {
      end(response, 'text/xml', queryDocument(resolved, shape, output, requestId));
      return;
    }
    case 'rest-json':
      return writeRest(response, resolved, shape, output);
    case 'rest-xml':
      throw new Error(`No emulated service speaks rest-xml: ${operation.name}.`);
  }
}

function end(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

const seconds = (value: unknown): number =>
  typeof value === 'number' ? value : (value instanceof Date ? value.getTime() : new Date(String(value)).getTime()) / 1000;

/** Walks a value along its shape; what the model does not know is left out, as AWS would. */
function convert(model: ServiceModel, shape: Shape, value: unknown, leaf: (shape: Shape, value: unknown) => unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case 'structure': {
      const given = value as Output;
      const result: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members ?? {})) {
        const converted = convert(model, shapeOf(model, member), given[name], leaf);
        if (converted !== undefined) result[member.location === undefined ? (member.locationName ?? name) : name] = converted;
      }
      return result;
    }
    case 'list':
      return (value as unknown[]).map((item) => convert(model, shapeOf(model, shape.member as Member), item, leaf));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Output).map(([key, item]) => [key, convert(model, shapeOf(model, shape.value as Member), item, leaf)]),
      );
    default:
      return leaf(shape, value);
  }
}

const jsonLeaf = (shape: Shape, value: unknown): unknown =>
  shape.type === 'timestamp'
    ? shape.timestampFormat === 'iso8601'
      ? new Date(seconds(value) * 1000).toISOString()
      : seconds(value)
    : shape.type === 'blob'
      ? Buffer.from(value as Uint8Array).toString('base64')
      : value;

const toJson = (model: ServiceModel, shape: Shape, value: unknown): unknown => convert(model, shape, value, jsonLeaf) ?? {};

const toCbor = (model: ServiceModel, shape: Shape, value: unknown): unknown =>
  convert(model, shape, value, (leaf, inner) => (leaf.type === 'timestamp' ? dateToTag(new Date(seconds(inner) * 1000)) : inner)) ?? {};

// ---- query

const escape = (text: string): string =>
  text.replace(/[<>&"']/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' })[c] ?? c);

function toXml(model: ServiceModel, shape: Shape, value: unknown): string {
  switch (shape.type) {
    case 'structure':
      return Object.entries(shape.members ?? {})
        .map(([name, member]) => {
          const given = (value as Output)[name];
          const tag = member.locationName ?? name;
          return given === undefined || given === null ? '' : `<${tag}>${toXml(model, shapeOf(model, member), given)}</${tag}>`;
        })
        .join('');
    case 'list': {
      const member = shape.member as Member;
      const tag = member.locationName ?? 'member';
      return (value as unknown[]).map((item) => `<${tag}>${toXml(model, shapeOf(model, member), item)}</${tag}>`).join('');
    }
    case 'timestamp':
      return new Date(seconds(value) * 1000).toISOString();
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escape(String(value));
  }
}

function queryDocument(resolved: Resolved, shape: Shape, output: Output, requestId: string): string {
  const { model, operation } = resolved;
  const namespace = model.metadata.xmlNamespace;
  const uri = typeof namespace === 'string' ? namespace : (namespace?.uri ?? '');
  const wrapper = operation.output?.resultWrapper;
  const inner = toXml(model, shape, output);
  const result = wrapper === undefined ? inner : `<${wrapper}>${inner}</${wrapper}>`;
  return `<${operation.name}Response xmlns="${uri}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`;
}

// ---- REST

async function writeRest(response: ServerResponse, resolved: Resolved, shape: Shape, output: Output): Promise<void> {
  const { model } = resolved;
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (member.location === 'header') response.setHeader(member.locationName ?? name, headerText(shapeOf(model, member), member, value));
    else if (member.location === 'headers') {
      for (const [key, text] of Object.entries(value as Output)) response.setHeader(`${member.locationName ?? ''}${key}`, String(text));
    } else if (member.location === 'statusCode') response.statusCode = Number(value);
  }
  if (shape.payload !== undefined) {
    const member = shape.members?.[shape.payload] as Member;
    const inner = shapeOf(model, member);
    const value = output[shape.payload];
    if (inner.eventstream === true && value instanceof Readable) {
      // Encoded already, event by event: the operation knows when each is there.
      response.setHeader('content-type', 'application/vnd.amazon.eventstream');
      await pipeline(value, response);
      return;
    }
    if (inner.type === 'structure') {
      end(response, 'application/json', JSON.stringify(toJson(model, inner, value)));
      return;
    }
    if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/octet-stream');
    if (value instanceof Readable) await pipeline(value, response);
    else response.end(value ?? '');
    return;
  }
  const body: Shape = {
    type: 'structure',
    members: Object.fromEntries(Object.entries(shape.members ?? {}).filter(([, member]) => member.location === undefined)),
  };
  end(response, 'application/json', JSON.stringify(toJson(model, body, output)));
}

function headerText(shape: Shape, member: Member, value: unknown): string {
  if (shape.type === 'timestamp') {
    const date = new Date(seconds(value) * 1000);
    return (member.timestampFormat ?? shape.timestampFormat) === 'iso8601' ? date.toISOString() : date.toUTCString();
  }
  if (shape.type === 'list') return (value as unknown[]).join(',');
  return String(value);
}
