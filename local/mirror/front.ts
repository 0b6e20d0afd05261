import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { APPROVED_NPM, APPROVED_PYTHON, type Approved, normalizePython, parseDistribution, refusal } from './approved.ts';
import { approvedPage, type Devpi } from './devpi.ts';
import type { NpmPackages } from './npm.ts';
import { verifyToken } from './token.ts';

const PEP_691 = 'application/vnd.pypi.simple.v1+json';

/** The token of a request: pip and uv send it as the password of `aws`, npm as a bearer token. */
function tokenOf({ headers: { authorization = '' } }: IncomingMessage): string {
  const [scheme = '', value = ''] = authorization.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  const [, password = ''] = Buffer.from(value, 'base64').toString().split(':');
  return password;
}

function end(response: ServerResponse, status: number, type: string, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}

/**
 * The index page of a project that is not approved: one yanked file, which installers never choose and whose version and
 * reason they show. A plain 404 would leave the user with "no matching distribution found".
 */
function refusePython(request: IncomingMessage, response: ServerResponse, project: string): void {
  const message = refusal(project, APPROVED_PYTHON);
  const file = `${project.replaceAll('-', '_')}-0+not.approved.see.${APPROVED_PYTHON.replaceAll(/[^a-z]+/g, '.')}-py3-none-any.whl`;
  if (request.headers.accept?.includes(PEP_691) === true) {
    const entry = { filename: file, url: file, hashes: {}, yanked: message };
    end(response, 200, PEP_691, JSON.stringify({ meta: { 'api-version': '1.0' }, name: project, files: [entry] }));
    return;
  }
  end(
    response,
    200,
    'text/html',
    `<!DOCTYPE html><html><body><p>${message}</p><a href="${encodeURI(file)}" data-yanked="${message}">${file}</a></body></html>`,
  );
}

/**
 * One HTTP server in CodeArtifact's layout: `/pypi/<repository>/simple/<project>/` and `/npm/<repository>/<package>`. It
 * checks the token, looks each name and version up in the approved list before anything is asked of the upstream, and says
 * how to ask for what is missing. Only GET: nothing can be published.
 */
export function createFront(python: Approved, npm: Approved, devpi: Devpi, packages: NpmPackages): Server {
  async function simplePage(request: IncomingMessage, response: ServerResponse, project: string): Promise<void> {
    if (!python.has(project)) {
      refusePython(request, response, project);
      return;
    }
    await fromDevpi(request, response, approvedPage(project));
  }

  /** A file that an index page links to. Its name is checked again: the upstream cache may hold more than was approved. */
  async function pythonFile(request: IncomingMessage, response: ServerResponse, path: string, file: string): Promise<void> {
    const distribution = parseDistribution(file);
    if (distribution === undefined || python.get(distribution.name)?.has(distribution.version) !== true) {
      end(response, 403, 'text/plain', refusal(file, APPROVED_PYTHON));
      return;
    }
    await fromDevpi(request, response, `/root/${path}`);
  }

  async function fromDevpi(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const passed = ['accept', 'user-agent', 'range', 'if-none-match'].flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const answer = await devpi.get(path, Object.fromEntries(passed));
    const kept = ['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified', 'cache-control'].flatMap(
      (name) => {
        const value = answer.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      },
    );
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
    await pipeline(answer, response);
  }

  async function npmPackage(request: IncomingMessage, response: ServerResponse, repository: string, name: string): Promise<void> {
    const document = await packages.document(
      name,
      `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}/npm/${repository}/`,
    );
    if (document === undefined) end(response, 403, 'application/json', JSON.stringify({ error: refusal(name, APPROVED_NPM) }));
    else end(response, 200, 'application/json', JSON.stringify(document));
  }

  async function npmTarball(response: ServerResponse, name: string, file: string): Promise<void> {
    const path = await packages.tarball(name, file);
    if (path === undefined) {
      end(response, 403, 'application/json', JSON.stringify({ error: refusal(`${name} (${file})`, APPROVED_NPM) }));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(createReadStream(path), response);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(response, 405, 'text/plain', 'The mirror is read-only.');
      return;
    }
    if (verifyToken(tokenOf(request)) === undefined) {
      const hint = 'The token is missing or has expired. Renew it: python3 -m sealab_environment.mirror';
      end(response, 401, 'text/plain', hint, { 'www-authenticate': 'Basic realm="sealab"' });
      return;
    }
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname);
    let match: RegExpExecArray | null;
    if ((match = /^\/pypi\/[^/]+\/simple\/([A-Za-z0-9._-]+)\/?$/.exec(path)))
      await simplePage(request, response, normalizePython(match[1] ?? ''));
    else if ((match = /^\/pypi\/(upstream\/\+[ef]\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/([^/]+))$/.exec(path)))
      await pythonFile(request, response, match[1] ?? '', match[2] ?? '');
    else if ((match = /^\/npm\/[^/]+\/((?:@[^/]+\/)?[^/@-][^/]*)\/-\/([^/]+\.tgz)$/.exec(path)))
      await npmTarball(response, match[1] ?? '', match[2] ?? '');
    else if ((match = /^\/npm\/([^/]+)\/((?:@[^/]+\/)?[^/@-][^/]*)$/.exec(path)))
      await npmPackage(request, response, match[1] ?? '', match[2] ?? '');
    else
      end(
        response,
        404,
        'text/plain',
        'Not found: the mirror serves /pypi/<repository>/simple/<project>/ and /npm/<repository>/<package>.',
      );
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else end(response, 502, 'text/plain', `The mirror could not answer: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
}
