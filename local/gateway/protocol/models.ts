import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PATHS } from '../../paths.ts';

/** A shape of a botocore service model. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly payload?: string;
  readonly flattened?: boolean;
  readonly timestampFormat?: string;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly error?: { readonly httpStatusCode?: number; readonly code?: string };
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly streaming?: boolean;
  readonly eventstream?: boolean;
  readonly union?: boolean;
}

/** A use of a shape, with what it adds about serialization. */
export interface Member {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly timestampFormat?: string;
  readonly streaming?: boolean;
  readonly jsonvalue?: boolean;
}

export interface Operation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: { readonly shape: string; readonly locationName?: string };
  readonly output?: { readonly shape: string; readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly deprecated?: boolean;
}

export interface ServiceModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly serviceId: string;
    readonly signingName?: string;
    readonly endpointPrefix: string;
    readonly targetPrefix?: string;
    readonly jsonVersion?: string;
    readonly xmlNamespace?: string | { readonly uri: string };
  };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const loaded = new Map<string, ServiceModel>();
let folder: string | undefined;

/** The folder of botocore's service models in the services' Python environment. */
function modelsFolder(): string {
  if (folder === undefined) {
    const lib = join(PATHS.servicesPython, 'lib');
    const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python3')) : undefined;
    if (python === undefined) throw new Error(`There is no Python environment in ${PATHS.servicesPython}: npm start makes it.`);
    folder = join(lib, python, 'site-packages', 'botocore', 'data');
  }
  return folder;
}

/** The newest model of a service by botocore's name for it: `sagemaker-runtime`. Read once. */
export function serviceModel(name: string): ServiceModel {
  let model = loaded.get(name);
  if (model === undefined) {
    const versions = join(modelsFolder(), name);
    const version = readdirSync(versions).sort().at(-1) ?? '';
    const file = join(versions, version, 'service-2.json');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : gunzipSync(readFileSync(`${file}.gz`)).toString('utf8');
    model = JSON.parse(text) as ServiceModel;
    loaded.set(name, model);
  }
  return model;
}

export function shapeOf(model: ServiceModel, member: { readonly shape: string }): Shape {
  const shape = model.shapes[member.shape];
  if (shape === undefined) throw new Error(`The service model has no shape ${member.shape}.`);
  return shape;
}
