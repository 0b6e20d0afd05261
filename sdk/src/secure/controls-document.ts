import { CONTROLS, GUARDED_BY_REFERENCE } from '../contract/index.ts';
import type { Control } from '../contract/index.ts';

const wantedText = ({ match, wanted }: Control): string => {
  const value = 'constant' in wanted ? `\`${String(wanted.constant)}\`` : `\`${wanted.environment}\``;
  switch (match) {
    case 'one-of':
    case 'subset':
      return `out of ${value}`;
    case 'in-bucket':
    case 'in-registry':
      return `in ${value}`;
    case 'absent':
      return 'absent';
    default:
      return value;
  }
};

const filledText: Readonly<Record<Control['fill'], string>> = {
  always: 'filled in; another value is refused',
  'with-parent': 'filled in where its parent is given; another value is refused',
  never: 'another value is refused',
};

const enforced = ({ conditionKey, noConditionKey, relaxedBy }: Control): string =>
  [
    conditionKey === null ? (noConditionKey ?? '') : `\`${conditionKey}\``,
    relaxedBy === undefined ? '' : `Left to the caller where \`${relaxedBy}\`.`,
  ]
    .filter((text) => text !== '')
    .join(' ');

/** Every rule of the contract as a page: what is wanted, what the SDK does, what enforces it in IAM, and why. */
export function controlsDocument(): string {
  const tables = Object.entries(CONTROLS).flatMap(([operation, controls]: [string, readonly Control[]]) => [
    `## ${operation}`,
    '',
    '| field | wanted | SDK | IAM | why |',
    '| --- | --- | --- | --- | --- |',
    ...controls.map(
      (control) =>
        `| \`${control.path}\` | ${wantedText(control)} | ${filledText[control.fill]} | ${enforced(control)} | ${control.because} |`,
    ),
    '',
  ]);
  return [
    '# The controls',
    '',
    'Written by `npm run docs` from `sdk/src/contract`; a test fails when it is stale. Values in `code` are fields of the',
    'environment document, or the same everywhere.',
    '',
    ...tables,
    '## Without rows of their own',
    '',
    '| operation | why |',
    '| --- | --- |',
    ...Object.entries(GUARDED_BY_REFERENCE).map(([operation, reason]) => `| ${operation} | ${reason} |`),
    '',
    'Reading passes. Every other operation that changes something is refused, by the SDK and by IAM alike.',
    '',
  ].join('\n');
}
