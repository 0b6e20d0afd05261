/** What the bundle has instead of modules of the AWS SDK: without what no client of ours does, and with what all say alike said once. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ALIKE, alike } from './alike.mjs';
import { withDecidedRules, withoutKnownRegions } from './endpoints.mjs';
import { withOpenStructures, withoutEqualNames, withoutPlainShapes } from './shapes.mjs';

const root = resolve(import.meta.dirname, '../..');
const at = (...parts) => join(root, ...parts);

/** Clients that speak JSON 1.0 or 1.1: a request is one JSON object, and so is its answer. */
const JSON_SERVICES = /[\\/]client-(sagemaker|cloudwatch-logs|kms|ecr|service-quotas)[\\/]/;

/**
 * What modules of the AWS SDK say instead, by the path that they end in; the first one counts.
 *
 * esbuild keeps what looks like a side effect, and then all that hangs on it. Nothing below is one.
 */
const REWRITTEN = [
  {
    path: /[\\/]endpoint[\\/]bdd\.js$/,
    rewrite: withDecidedRules,
  },
  {
    // Every shape of a service: arrays with computed keys, and the registry of error classes. An error whose class is not
    // registered arrives as the service's base exception, with the name, message and fields that AWS sent.
    path: /[\\/]schemas[\\/]schemas_0\.js$/,
    rewrite: (source, path) =>
      (JSON_SERVICES.test(path) ? withoutPlainShapes(source) : withoutEqualNames(source))
        .replace(/^n0_registry\.registerError\(.*\);$/gm, '')
        .replace(/^(export )?var (\w+\$?) = (\[(?:(?!;\n)[^])*?\]);$/gm, '$1var $2 = /* @__PURE__ */ (() => ($3))();'),
  },
  {
    path: /[\\/]JsonShape(S|Des)erializer2\.js$/,
    rewrite: withOpenStructures,
  },
  {
    // The index of all protocols would have the first client load those of the others, which import theirs by path.
    path: /[\\/]@aws-sdk[\\/]core[\\/].*[\\/]protocols[\\/]index\.js$/,
    rewrite: (source) => source.replace(/^export .*(Query|AwsRestJson|Cbor|RpcV2).*$/gm, ''),
  },
  {
    // Digests in JavaScript, for runtimes whose node:crypto lacks them: every Node and Deno has SHA-1 and SHA-256, and nothing of ours asks for MD5.
    path: /[\\/](sha1|sha256|md5)[\\/](Sha1|Sha256|Md5)Js\.js$/,
    rewrite: (source) =>
      source
        .match(/export class \w+/g)
        .map((head) => `${head}{constructor(){throw new Error("node:crypto does not have this digest.")}}`)
        .join('\n'),
  },
  {
    // What a client may be extended with when it is made: ours are not.
    path: /[\\/]client-[^\\/]+[\\/]dist-es[\\/]runtimeExtensions\.js$/,
    rewrite: () => 'export const resolveRuntimeExtensions = (config) => config;',
  },
  {
    // All clients have `retryMode: 'standard'`.
    path: /[\\/]AdaptiveRetryStrategy\.js$/,
    rewrite: () => 'export class AdaptiveRetryStrategy { constructor() { throw new Error("Only the standard retry mode is there."); } }',
  },
  {
    // Middleware with nothing to do: traces of functions in AWS Lambda go on in their requests; directory buckets have sessions and
    // signatures of their own, and are not among a project's buckets; following a bucket to another Region is off.
    path: /[\\/](getRecursionDetectionPlugin|s3ExpressMiddleware|s3ExpressHttpSigningMiddleware|region-redirect-middleware)\.js$/,
    rewrite: (source) => source.replace(/^(export const get\w+Plugin) = [^]*?^}\);$/gm, '$1 = () => ({ applyToStack() {} });'),
  },
  {
    path: /[\\/](S3ExpressIdentityProviderImpl|CreateSessionCommand)\.js$/,
    rewrite: (source) => `${/export class \w+/.exec(source)[0]} {}`,
  },
  {
    // A signature for all Regions is for access points that span them.
    path: /[\\/]SignatureV4MultiRegion\.js$/,
    rewrite: () => "export { SignatureV4 as SignatureV4MultiRegion } from '@smithy/signature-v4';",
  },
  {
    // Regions that the partition's own expression finds, and texts about them.
    path: /[\\/]lib[\\/]aws[\\/]partitions\.js$/,
    rewrite: withoutKnownRegions,
  },
  {
    // Signs the messages of streams that are sent: ours are only received.
    path: /[\\/]HeaderFormatter\.js$/,
    rewrite: () => 'export class HeaderFormatter {}',
  },
  {
    // Asked where the mode of defaults is `auto`; ours is `standard`.
    path: /[\\/]getInstanceMetadataRegion\.js$/,
    rewrite: () => 'export const getInstanceMetadataRegion = () => Promise.resolve(undefined);',
  },
  {
    // Of a client's package.json nothing but the version is read.
    path: /[\\/]package\.json$/,
    rewrite: (source) => JSON.stringify({ version: JSON.parse(source).version }),
  },
];

/** Programs in Python that the SDK carries: readable in the source and in the job, a third of their size in between. */
const PROGRAM = /[\\/]sdk[\\/]src[\\/](monitoring|pipelines)[\\/]\w+-program\.ts$/;

function withDeflatedTexts(source) {
  const deflated = source.replace(/String\.raw`([^`]*)`/g, (whole, text) => {
    if (text.includes('${')) throw new Error('A program of the SDK may not have anything put in.');
    return `inflateRawSync(Buffer.from('${deflateRawSync(text, { level: 9 }).toString('base64')}', 'base64')).toString()`;
  });
  if (deflated === source) throw new Error('There is no program in it.');
  return `import { Buffer } from 'node:buffer'; import { inflateRawSync } from 'node:zlib';\n${deflated}`;
}

export const rewriting = {
  name: 'rewriting',
  setup({ onLoad, onResolve }) {
    const inCommon = new Map();
    onLoad({ filter: PROGRAM }, async ({ path }) => ({ contents: withDeflatedTexts(await readFile(path, 'utf8')), loader: 'ts' }));
    onResolve({ filter: /^alike:/ }, ({ path }) => ({ path: path.slice('alike:'.length), namespace: 'alike' }));
    onLoad({ filter: /./, namespace: 'alike' }, ({ path }) => inCommon.get(path));
    onLoad({ filter: /[\\/]@(aws-sdk|smithy)[\\/][^\\/]+[\\/](package\.json|dist-es[\\/].*\.js)$/ }, async ({ path }) => {
      if (ALIKE.test(path)) {
        const { client, id, ...common } = alike(await readFile(path, 'utf8'), path);
        inCommon.set(id, common);
        return { contents: client };
      }
      const rule = REWRITTEN.find((one) => one.path.test(path));
      if (rule === undefined) return undefined;
      return { contents: rule.rewrite(await readFile(path, 'utf8'), path), loader: path.endsWith('.json') ? 'json' : 'js' };
    });
  },
};

/** Modules that the AWS SDK imports, by who imports them, and what takes their place. */
const REPLACED = [
  {
    // The clients configure event streams at birth; left to the protocol, the code is loaded with the first stream.
    path: '@smithy/core/event-streams',
    importer: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]/,
    contents: 'export const resolveEventStreamSerdeConfig = (config) => config; export const eventStreamSerdeProvider = undefined;',
  },
  {
    // A dynamic import keeps everything that a package exports: here are the two that are used.
    path: '@smithy/core/event-streams',
    importer: /[\\/]HttpProtocol\.js$/,
    contents: "export { EventStreamSerde, eventStreamSerdeProvider } from '@smithy/core/event-streams';",
  },
  ...Object.entries({
    '(sts|iam)': 'query/AwsQueryProtocol',
    ec2: 'query/AwsEc2QueryProtocol',
    '(sagemaker-(runtime|featurestore-runtime)|codeartifact)': 'json/AwsRestJsonProtocol',
  }).map(([client, module]) => ({
    path: '@aws-sdk/core/protocols',
    importer: new RegExp(`[\\\\/]client-${client}[\\\\/]`),
    contents: `export * from ${JSON.stringify(at('node_modules/@aws-sdk/core/dist-es/submodules/protocols', `${module}.js`))};`,
  })),
  {
    // A profile's role is assumed by the client that the SDK has anyway.
    path: '@aws-sdk/nested-clients/sts',
    importer: /[\\/]credential-provider-[^\\/]+[\\/]/,
    contents: "export { getDefaultRoleAssumer, getDefaultRoleAssumerWithWebIdentity } from '@aws-sdk/client-sts';",
  },
  // A notebook has container credentials or the instance's role; shared files, `credential_process` and web identities work too.
  // Single sign-on needs a browser and three more clients (47 kB), so a profile that uses it is told how to lend its credentials.
  ...['sso', 'login'].map((name) => ({
    path: `@aws-sdk/credential-provider-${name}`,
    importer: /./,
    contents: `
      import { CredentialsProviderError } from '@smithy/core/config';
      const refused = () => async () => {
        throw new CredentialsProviderError(
          'This profile signs on through a browser, which the SDK of a notebook does not do. Run "aws configure export-credentials --format env", or add a ' +
            'profile with credential_process = aws configure export-credentials --profile <this one>.',
          { tryNextLink: false },
        );
      };
      export const fromSSO = refused, fromLoginCredentials = refused;`,
  })),
];

export const replacement = (path) => REPLACED[Number(path.split('-').at(-1))].contents;

export const replacing = {
  name: 'replacing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, importer, namespace, resolveDir }) => {
      const by = namespace === 'alike' ? join(resolveDir, 'index.js') : importer;
      const index = namespace === 'replaced' ? -1 : REPLACED.findIndex((one) => one.path === path && one.importer.test(by));
      return index < 0 ? undefined : { path: `${path}-${index}`, namespace: 'replaced' };
    });
    onLoad({ filter: /./, namespace: 'replaced' }, ({ path }) => ({ contents: replacement(path), resolveDir: at('sdk') }));
  },
};
