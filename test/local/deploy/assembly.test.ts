import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../local/deploy/assembly.ts';
import { type Clients, clientsFor } from '../../../local/deploy/clients.ts';
import { deployAssembly } from '../../../local/deploy/deploy-assembly.ts';
import { type Moto, startMoto, TARGET } from './moto.ts';

const ASSETS = 'cdk-hnb659fds-assets-111122223333-eu-west-1';
const Bucket = 'lab-artifacts';

let moto: Moto;
let aws: Clients;
let folder: string;
beforeAll(async () => {
  moto = await startMoto();
  aws = clientsFor(moto.client);
  folder = mkdtempSync(join(tmpdir(), 'sealab-assembly-'));
  await aws.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  await aws.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}, 30_000);
afterAll(async () => {
  await moto.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What `cdk synth` writes for a bucket deployment of two sources, in the form of the files that CDK 2.276 wrote. */
function writeAssembly(release: Record<string, string>, properties: object = {}): string {
  const write = (path: string, content: unknown): void =>
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['asset.release/wheels', 'asset.json']) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, content] of Object.entries(release)) write(`asset.release/${name}`, content);
  write('asset.json/environment.json', '{"vpc":"<<marker:0xbaba:0>>","note":"<<marker:0xbaba:1>>"}');
  const handler = 'CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C81C01536';
  write('lab.template.json', {
    Rules: {
      CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } }] },
    },
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      [handler]: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Bucket: ASSETS, S3Key: 'handler.zip' } } },
      Release: {
        Type: 'Custom::CDKBucketDeployment',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': [handler, 'Arn'] },
          SourceBucketNames: [ASSETS, ASSETS],
          SourceObjectKeys: ['release.zip', 'json.zip'],
          SourceMarkers: [{}, { '<<marker:0xbaba:0>>': { Ref: 'Key' }, '<<marker:0xbaba:1>>': 'say "é"' }],
          SourceMarkersConfig: [{}, { jsonEscape: true }],
          DestinationBucketName: Bucket,
          DestinationBucketKeyPrefix: 'release/1',
          WaitForDistributionInvalidation: true,
          Prune: true,
          SystemMetadata: { sse: 'aws:kms', 'sse-kms-key-id': { 'Fn::GetAtt': ['Key', 'Arn'] } },
          OutputObjectKeys: true,
          ...properties,
        },
      },
      Product: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Type: 'String', Value: { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/${ASSETS}/product.json` } },
      },
    },
    Outputs: { Key: { Value: { Ref: 'Key' } } },
  });
  write('product.template.json', { Resources: {} });
  const file = (path: string, packaging: string, objectKey: string) => ({
    source: { path, packaging },
    destinations: { here: { bucketName: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}', objectKey } },
  });
  write('lab.assets.json', {
    version: '50.0.0',
    files: {
      a: file('asset.release', 'zip', 'release.zip'),
      b: file('asset.json', 'zip', 'json.zip'),
      c: file('product.template.json', 'file', 'product.json'),
      d: file('lab.template.json', 'file', 'own.json'),
    },
  });
  write('manifest.json', {
    version: '50.0.0',
    artifacts: {
      Lab: {
        type: 'aws:cloudformation:stack',
        dependencies: ['Lab.assets'],
        properties: { templateFile: 'lab.template.json', stackName: 'lab', tags: { team: 'x' } },
      },
      'Lab.assets': { type: 'cdk:asset-manifest', properties: { file: 'lab.assets.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  return folder;
}

const deploy = async (assemblyFolder: string) =>
  await deployAssembly({ ...TARGET, assemblyFolder, client: moto.client, stateFolder: join(moto.folder, 'deploy') });
const keys = async (): Promise<(string | undefined)[]> =>
  ((await aws.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
const read = async (Key: string): Promise<string | undefined> =>
  await (await aws.s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('deploying an assembly', () => {
  it('does what the function behind Custom::CDKBucketDeployment does', async () => {
    const [stack] = await deploy(writeAssembly({ 'index.txt': 'one', 'wheels/a.whl': 'A' }));
    expect(stack?.actions).toEqual({ create: 3, 'not-emulated': 1 });
    expect(await keys()).toEqual(['release/1/environment.json', 'release/1/index.txt', 'release/1/wheels/a.whl']);
    const key = stack?.outputs['Key']?.value ?? '';
    expect(JSON.parse((await read('release/1/environment.json')) ?? '')).toEqual({ vpc: key, note: 'say "é"' });
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'release/1/index.txt' }));
    expect(head).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: `arn:aws:kms:eu-west-1:111122223333:key/${key}`,
      ContentType: 'text/plain',
    });
  });

  it('publishes the templates of products and nothing else', async () => {
    const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket: ASSETS }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['product.json']);
  });

  it('uploads only what is different, and prunes', async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'elsewhere.txt', Body: 'stays' }));
    await deploy(writeAssembly({ 'index.txt': 'two', 'wheels/a.whl': 'A' }, { Exclude: ['*.log'] }));
    expect(await read('release/1/index.txt')).toBe('two');
    const versions = async (Prefix: string) => (await aws.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }))).Versions?.length;
    expect([
      await versions('release/1/index.txt'),
      await versions('release/1/wheels/a.whl'),
      await versions('release/1/environment.json'),
    ]).toEqual([2, 1, 1]);
    await deploy(writeAssembly({ 'wheels/b.whl': 'B' }, { Exclude: ['*.none'] }));
    expect(await keys()).toEqual(['elsewhere.txt', 'release/1/environment.json', 'release/1/wheels/b.whl']);
  });

  it('refuses what it would not do', async () => {
    await expect(deploy(writeAssembly({}, { DistributionId: 'E1' }))).rejects.toMatchObject({ code: 'PropertyNotApplied' });
    await expect(deploy(writeAssembly({}, { SystemMetadata: { acl: 'public-read' } }))).rejects.toThrow(
      'SystemMetadata acl is not applied locally',
    );
    await expect(deploy(writeAssembly({}, { SourceObjectKeys: ['release.zip', 'gone.zip'] }))).rejects.toThrow('publishes no asset');
  });

  it('says when there is nothing to deploy, and when an image would have to be built', () => {
    expect(() => readAssembly(join(folder, 'nowhere'), TARGET)).toThrow('nothing was synthesized');
    writeAssembly({});
    const path = join(folder, 'lab.assets.json');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), dockerImages: { image: {} } }));
    expect(() => readAssembly(folder, TARGET)).toThrow('container image assets (image) are not built locally');
  });
});
