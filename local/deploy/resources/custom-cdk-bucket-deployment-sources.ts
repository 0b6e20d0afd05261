import { createHash } from 'node:crypto';
import { assetEntries } from '../assets.ts';
import type { ResourceContext } from '../resource-type.ts';
import type { BucketDeployment } from './custom-cdk-bucket-deployment.ts';

/** A file to deploy, with its content hash as S3 writes it. */
export interface SourceFile {
  readonly size: number;
  /** SHA-256, base64. */
  readonly checksum: string;
  read(): Promise<Uint8Array>;
}

type Markers = Readonly<Record<string, unknown>>;
type MarkersConfig = NonNullable<BucketDeployment['SourceMarkersConfig']>[number];

/** All files of all sources by name; a later source wins. */
export async function sourceFiles(context: ResourceContext, properties: BucketDeployment): Promise<Map<string, SourceFile>> {
  const { SourceBucketNames, SourceObjectKeys, SourceMarkers = [], SourceMarkersConfig = [] } = properties;
  const files = new Map<string, SourceFile>();
  for (const [index, key] of SourceObjectKeys.entries()) {
    const bucket = SourceBucketNames[index] ?? '';
    const asset = context.assets.find(bucket, key);
    if (asset === undefined) throw new Error(`the assembly publishes no asset at s3://${bucket}/${key}`);
    const markers = SourceMarkers[index] ?? {};
    const config = SourceMarkersConfig[index] ?? {};
    const encodings = new Map(Object.keys(markers).map((marker) => [marker, encodingOf(marker, config)]));
    for (const entry of await assetEntries(asset)) {
      // Content is read twice (hash, upload) rather than held: a release has files of some 60 MB.
      const read = async (): Promise<Uint8Array> => replaceMarkers(await entry.read(), markers, encodings);
      const content = await read();
      files.set(entry.name, { size: content.length, checksum: createHash('sha256').update(content).digest('base64'), read });
    }
  }
  return files;
}

type Encoding = 'LITERAL' | 'UNQUOTED_JSON_VALUE' | 'JSON_VALUE';

const encodingOf = (marker: string, { markerEncodings, jsonEscape }: MarkersConfig): Encoding =>
  markerEncodings?.[marker] ?? (jsonEscape === 'true' ? 'UNQUOTED_JSON_VALUE' : 'LITERAL');

/** Puts the values of a deployment where `Source.jsonData` and `Source.data` left markers. */
export function replaceMarkers(content: Uint8Array, markers: Markers, encodings: ReadonlyMap<string, Encoding>): Uint8Array {
  if (encodings.size === 0) return content;
  let text = Buffer.from(content).toString('latin1');
  for (const [marker, value] of Object.entries(markers)) {
    const replacement = Buffer.from(encoded(marker, value, encodings.get(marker)), 'utf8').toString('latin1');
    text = text.split(Buffer.from(marker, 'utf8').toString('latin1')).join(replacement);
  }
  return Buffer.from(text, 'latin1');
}

function encoded(marker: string, value: unknown, encoding: Encoding = 'LITERAL'): string {
  if (encoding === 'LITERAL') {
    if (typeof value !== 'string') throw new Error(`marker ${marker} needs a string, found ${typeof value}`);
    return value;
  }
  const json = JSON.stringify(value);
  return encoding === 'UNQUOTED_JSON_VALUE' && typeof value === 'string' ? json.slice(1, -1) : json;
}
