import { coverage } from './deploy/index.ts';
import { coverageTable } from './gateway/coverage-table.ts';
import type { EmulatedService } from './gateway/call.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/**
 * What the local environment runs, as a page: written from the registries of the gateway and the deployer, so that it
 * cannot promise more than they hold.
 * @param emulated the services that the gateway answers itself
 */
export async function coverageDocument(emulated: readonly EmulatedService[]): Promise<string> {
  const operations = await coverageTable(emulated);
  const services = [...new Set(operations.map(({ service }) => service))].sort();
  const rows = services.map((service) => {
    const by = (who: string): string[] =>
      operations.filter((row) => row.service === service && row.answeredBy === who).map(({ operation }) => operation);
    const [own, moto, nobody] = [by('gateway'), by('moto'), by('nobody')];
    return { service, own, moto, nobody };
  });
  const reasons = new Map<string, string[]>();
  for (const { service, operation, reason } of operations) {
    if (reason !== undefined) reasons.set(`${service}: ${reason}`, [...(reasons.get(`${service}: ${reason}`) ?? []), operation]);
  }
  const types = coverage();
  return [
    '# What the local environment runs',
    '',
    'Written by `npm run docs` from the registries in `local/`; a test fails when it is stale.',
    '',
    'Every request passes the gateway: who calls, may they, by the policies as deployed. Then the gateway answers it itself, or moto',
    'does. Anything else is refused with `OperationNotEmulated`; nothing is answered with an invented result.',
    '',
    '## Operations',
    '',
    '| service | answered by the gateway | by moto | refused |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ service, own, moto, nobody }) => `| ${service} | ${String(own.length)} | ${String(moto.length)} | ${String(nobody.length)} |`,
    ),
    '',
    'Of operations that the gateway answers, these fields are refused with `OperationNotEmulated` too:',
    '',
    ...emulated.flatMap(({ refusedFields = {} }) =>
      Object.entries(refusedFields).map(
        ([operation, fields]) =>
          `- **${operation}**: ${Object.entries(fields)
            .map(([field, what]) => `\`${field}\` (${what})`)
            .join(', ')}`,
      ),
    ),
    '',
    'The gateway’s own:',
    '',
    ...rows.filter(({ own }) => own.length > 0).map(({ service, own }) => `- **${service}**: ${code(own)}`),
    '',
    'Refused, and why:',
    '',
    ...[...reasons].map(([reason, names]) => `- **${reason.replace(':', '**:')} ${code(names)}`),
    '',
    '## Resource types of templates',
    '',
    '| type | | without effect here, and why |',
    '| --- | --- | --- |',
    ...types.map(
      ({ type, local, properties, notes }) =>
        `| \`${type}\` | ${local}${local === 'created' ? `, ${String(properties.length)} properties` : ''} | ${notes.join(' ')} |`,
    ),
    '',
  ].join('\n');
}
