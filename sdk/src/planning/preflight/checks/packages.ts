import { reason } from '../../../posture/check.ts';
import type { Source } from '../../../source/api.ts';
import { collectSource } from '../../../source/pack.ts';
import { isAbsent, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';

/** One line of requirements.txt, as PEP 508 and pip's reference describe it. */
export interface Requirement {
  readonly line: string;
  /** Normalized (PEP 503). */
  readonly name: string;
  /** `undefined` where the line leaves a choice. */
  readonly version: string | undefined;
}

/** What requirements.txt asks for, and the lines that say something else than a package by name. */
export function requirementsOf(text: string): { readonly packages: readonly Requirement[]; readonly others: readonly string[] } {
  const packages: Requirement[] = [];
  const others: string[] = [];
  for (const raw of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const parts =
      /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?<versions>(?:[(<>=!~][^;@]*?)?)\s*(?:;.*)?$/.exec(
        line.replace(/\s--\w.*$/, ''),
      )?.groups;
    if (parts?.['name'] === undefined) others.push(line);
    else
      packages.push({
        line,
        name: parts['name'].toLowerCase().replace(/[-_.]+/g, '-'),
        version: /^===?\s*([\w.!+-]+)$/.exec((parts['versions'] ?? '').replace(/^\((.*)\)$/, '$1'))?.[1],
      });
  }
  return { packages, others };
}

/** The packages of requirements.txt are in the approved mirror. What they need themselves is not looked at. */
export const packages: PreflightCheck = {
  name: 'packages',
  async ask(asked) {
    const { script, sourceDirectory } = asked.request as Partial<Source>;
    if (script === undefined) return [];
    const { entries } = await collectSource({ script, ...(sourceDirectory === undefined ? {} : { sourceDirectory }) });
    const file = entries.find(({ name }) => name === 'requirements.txt');
    if (file === undefined) return [];
    const { packages: wanted, others } = requirementsOf(new TextDecoder().decode(file.bytes));
    return [
      ...(await Promise.all(wanted.map((requirement) => approved(asked, requirement)))),
      ...others.map((line) => unknown(`requirements.txt: “${line}” names no package; it was not looked at.`)),
    ];
  },
};

async function approved({ context, signal }: Asked, { line, name, version }: Requirement): Promise<Finding> {
  const { domain, domainOwner, repository } = context.environment.mirror;
  const remedy = 'Ask for its approval as docs/administrators says, or take a version that is approved.';
  try {
    const [client, { ListPackageVersionsCommand }] = await Promise.all([
      context.clients.codeArtifact(),
      import('../../../clients/codeartifact.ts'),
    ]);
    const versions: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new ListPackageVersionsCommand({
          domain,
          domainOwner,
          repository,
          format: 'pypi',
          package: name,
          status: 'Published',
          sortBy: 'PUBLISHED_TIME',
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
        { abortSignal: signal },
      );
      versions.push(...(page.versions ?? []).flatMap((one) => one.version ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined && (version === undefined ? versions.length === 0 : !versions.includes(version)));
    if (versions.length === 0) return problem(`${name} is not in the mirror.`, remedy);
    if (version === undefined)
      return unknown(`${line}: the mirror has ${versions[0] ?? ''}; which version is taken is pip’s choice. Pin it with ==.`);
    return versions.includes(version)
      ? ok(`${name} ${version} is in the mirror.`)
      : problem(`${name} ${version} is not in the mirror; it has ${versions.slice(0, 5).join(', ')}.`, remedy);
  } catch (error) {
    if (isAbsent(error)) return problem(`${name} is not in the mirror.`, remedy);
    return unknown(`Whether ${line} is in the mirror: ${reason(error)}`);
  }
}
