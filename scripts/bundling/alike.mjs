/**
 * What the generator of the AWS clients wrote once for each client, written once for all: a module that differs from that
 * of other clients in names and texts alone becomes a function of them, and each client calls it with its own.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

/** Modules of a client that say the same as those of others. S3 and STS have their own. */
export const ALIKE =
  /[\\/]client-(?!s3[\\/]|sts[\\/])[^\\/]+[\\/]dist-es[\\/](\w+Client|runtimeConfig|runtimeConfig\.shared|auth[\\/]httpAuthSchemeProvider|endpoint[\\/](EndpointParameters|endpointResolver))\.js$/;

/** What is a client's own: texts after these names, the service that a signature is for, and how long it waits. */
const OWN = [
  /(?<=\b(?:defaultSigningName|apiVersion|defaultNamespace|xmlNamespace|version|serviceTarget|serviceId): (?:config\?\.\w+ \?\? )?)"[^"]*"/g,
  /(?<=\bname: )"[^"]*"(?=,\s+region: )/g,
  /(?<=config\?\.requestHandler, )[\d_]+/g,
];

/** @returns the client's module, the id of the module that it has in common with others, and that module */
export function alike(source, path) {
  const near = [...source.matchAll(/^import (.*) from "\.[^"]*";$/gm)];
  const far = [...source.matchAll(/^import .* from "[^.].*$/gm)].map(([line]) => line);
  const named = near.flatMap(([, names]) =>
    (names.startsWith('{') ? names.slice(1, -1).split(',') : [names]).flatMap((name) => name.trim().split(' as ').at(-1) || []),
  );
  const [, service = ''] = /default(\w+?)HttpAuthScheme|class \w+Client/.exec(source) ?? [];
  const inCommon = (text) =>
    text.replaceAll(`default${service}HttpAuth`, 'defaultHttpAuth').replace(/class \w+Client /, 'class ServiceClient ');
  const exported = [...source.matchAll(/^export (?:const|class) (\w+)/gm)].map(([, name]) => name);
  const own = [];
  let body = source
    .replace(/^import .*$/gm, '')
    .replace(/^export \{ __Client \};$/m, '')
    .replace(/^export /gm, '');
  for (const pattern of OWN) body = body.replace(pattern, (text) => `own[${String(own.push(text) - 1)}]`);
  const parameters = named.map((name) => inCommon(name));
  const contents = inCommon(
    `${far.join('\n')}\nexport const make = (own, ${parameters.join(', ')}) => {\n${body}\nreturn [${exported
      .map((name) => (name.endsWith('Client') ? 'ServiceClient' : name))
      .join(', ')}];\n};`,
  );
  const id = createHash('sha256').update(contents).digest('hex');
  const client = `${near.map(([line]) => line).join('\n')}
    import { make } from 'alike:${id}';
    ${source.includes('export { __Client }') ? "export { Client as __Client } from '@smithy/core/client';" : ''}
    export const [${exported.join(', ')}] = make([${own.join(', ')}], ${named.join(', ')});`;
  return { client, id, contents, resolveDir: dirname(path) };
}
