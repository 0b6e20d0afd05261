import { cbor } from '@smithy/core/cbor';
import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../call.ts';
import { shapeOf, type Member, type ServiceModel, type Shape } from './models.ts';
import type { HttpRequest, Resolved } from './resolve.ts';

type Input = Record<string, unknown>;

/** The input of the operation, named as in the service model. A streaming payload is left out. */
export function readInput(resolved: Resolved, request: HttpRequest): Input {
  const { model, operation } = resolved;
  if (operation.input === undefined) return {};
  const shape = shapeOf(model, operation.input);
  switch (resolved.protocol) {
    case 'json':
      return document(request.bytes);
    case 'cbor':
      return request.bytes === undefined || request.bytes.length === 0 ? {} : (plain(cbor.deserialize(request.bytes)) as Input);
    case 'query':
    case 'ec2':
      return (fromForm(model, shape, tree(resolved.form), resolved.protocol) ?? {}) as Input;
    case 'rest-json':
    case 'rest-xml':
      return fromRest(resolved, shape, request);
  }
}

/** CBOR's tagged times as dates. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date) return value;
  const tagged = value as { tag?: unknown; value?: unknown };
  if (tagged.tag === 1 && typeof tagged.value === 'number') return new Date(tagged.value * 1000);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

function document(bytes: Buffer | undefined): Input {
  if (bytes === undefined) throw new AwsError('RequestEntityTooLargeException', 'The request is too large.', 413);
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The body is not valid JSON.', 400);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AwsError('SerializationException', 'The body must be a JSON object.', 400);
  return value as Input;
}

// ---- query and ec2: `Filter.1.Value.2=x`

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

function tree(form: URLSearchParams): Node {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split('.')) {
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = { children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function fromForm(model: ServiceModel, shape: Shape, node: Node, protocol: 'query' | 'ec2'): unknown {
  switch (shape.type) {
    case 'structure': {
      const result: Input = {};
      for (const [name, member] of Object.entries(shape.members ?? {})) {
        const inner = shapeOf(model, member);
        const wire = formName(name, member, inner, model, protocol);
        const child = node.children.get(wire);
        if (child !== undefined) result[name] = fromForm(model, inner, child, protocol);
      }
      return result;
    }
    case 'list': {
      const member = shape.member as Member;
      // ec2 lists are always flat; query lists have `member` between, unless flattened or renamed.
      const items = protocol === 'ec2' || shape.flattened === true ? node : (node.children.get(member.locationName ?? 'member') ?? node);
      return numbered(items).map((item) => fromForm(model, shapeOf(model, member), item, protocol));
    }
    case 'map': {
      const entries = shape.flattened === true ? node : (node.children.get('entry') ?? node);
      return Object.fromEntries(
        numbered(entries).map((entry) => [
          entry.children.get(shape.key?.locationName ?? 'key')?.value ?? '',
          fromForm(
            model,
            shapeOf(model, shape.value as Member),
            entry.children.get(shape.value?.locationName ?? 'value') ?? { children: new Map() },
            protocol,
          ),
        ]),
      );
    }
    default:
      return scalar(shape, node.value ?? '');
  }
}

function formName(name: string, member: Member, inner: Shape, model: ServiceModel, protocol: 'query' | 'ec2'): string {
  if (protocol === 'ec2') return member.queryName ?? capital(member.locationName ?? name);
  if (inner.type === 'list' && inner.flattened === true) return inner.member?.locationName ?? member.locationName ?? name;
  return member.locationName ?? name;
}

const numbered = (node: Node): Node[] =>
  [...node.children.entries()]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);

function scalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return Number(text);
    default:
      return text;
  }
}

// ---- REST: labels, query string, headers and a document

function fromRest(resolved: Resolved, shape: Shape, request: HttpRequest): Input {
  const { model } = resolved;
  const result: Input = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const inner = shapeOf(model, member);
    const wire = member.locationName ?? name;
    switch (member.location) {
      case 'uri':
        if (resolved.labels[wire] !== undefined) result[name] = scalar(inner, resolved.labels[wire]);
        break;
      case 'querystring':
        if (inner.type === 'list') {
          const values = request.query.getAll(wire);
          if (values.length > 0) result[name] = values;
        } else if (inner.type !== 'map' && request.query.has(wire)) result[name] = scalar(inner, request.query.get(wire) ?? '');
        break;
      case 'header': {
        const value = request.headers[wire.toLowerCase()];
        if (value !== undefined)
          result[name] =
            inner.type === 'list'
              ? String(value)
                  .split(',')
                  .map((part) => part.trim())
              : scalar(inner, String(value));
        break;
      }
      case 'headers':
        result[name] = Object.fromEntries(
          Object.entries(request.headers).flatMap(([header, value]) =>
            header.startsWith(wire.toLowerCase()) ? [[header.slice(wire.length), String(value)]] : [],
          ),
        );
        break;
      default:
        break;
    }
  }
  const payload = shape.payload;
  if (payload !== undefined) {
    const member = shape.members?.[payload] as Member;
    const inner = shapeOf(model, member);
    if (inner.type === 'structure') {
      if (request.bytes !== undefined && request.bytes.length > 0) {
        result[payload] = resolved.protocol === 'rest-xml' ? fromXml(model, inner, xmlRoot(request.bytes)) : document(request.bytes);
      }
    } else if (inner.type === 'string') result[payload] = request.bytes?.toString('utf8');
    else if (request.bytes !== undefined) result[payload] = request.bytes;
    return result;
  }
  const body = Object.entries(shape.members ?? {}).filter(([, member]) => member.location === undefined);
  if (body.length > 0 && request.bytes !== undefined && request.bytes.length > 0) {
    if (resolved.protocol === 'rest-xml') Object.assign(result, fromXml(model, shape, xmlRoot(request.bytes)));
    else {
      const given = document(request.bytes);
      for (const [name, member] of body) {
        const value = given[member.locationName ?? name];
        if (value !== undefined) result[name] = value;
      }
    }
  }
  return result;
}

const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false, removeNSPrefix: true, processEntities: true });

function xmlRoot(bytes: Buffer): unknown {
  let parsed: Record<string, unknown>;
  try {
    parsed = xml.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema.', 400);
  }
  return Object.entries(parsed).find(([name]) => !name.startsWith('?'))?.[1];
}

const asList = (value: unknown): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? (value as unknown[]) : [value];

function fromXml(model: ServiceModel, shape: Shape, node: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const result: Input = {};
      const fields = (typeof node === 'object' && node !== null ? node : {}) as Input;
      for (const [name, member] of Object.entries(shape.members ?? {})) {
        if (member.location !== undefined) continue;
        const inner = shapeOf(model, member);
        const value = fields[member.locationName ?? name];
        if (value !== undefined) result[name] = fromXml(model, inner, value);
      }
      return result;
    }
    case 'list': {
      const member = shape.member as Member;
      const items = shape.flattened === true ? node : ((node as Input | undefined)?.[member.locationName ?? 'member'] ?? undefined);
      return asList(items).map((item) => fromXml(model, shapeOf(model, member), item));
    }
    default:
      return scalar(shape, typeof node === 'string' ? node : '');
  }
}
