import { CONTROLS, GUARDED_BY_REFERENCE, REFUSED } from '../contract/index.ts';
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

const demandedText = ({ demanded, conditionKey, match }: Control): string =>
  conditionKey === null || match === 'absent' || match === 'false'
    ? ''
    : demanded === 'always'
      ? ', and must be there'
      : demanded === 'never'
        ? ', where it is given'
        : `, and must be there where \`${demanded}\` is`;

const iamText = (control: Control): string =>
  [
    control.conditionKey === null ? (control.noConditionKey ?? '') : `\`${control.conditionKey}\`${demandedText(control)}.`,
    control.relaxedBy === undefined ? '' : `Left to the caller where \`${control.relaxedBy}\`.`,
  ]
    .filter((text) => text !== '')
    .join(' ');

const sdkText = ({ fill, within, match }: Control): string =>
  match === 'absent'
    ? 'refused where it is given'
    : fill === 'always' && within !== undefined
      ? `filled in where \`${within}\` is given; another value is refused`
      : filledText[fill];

/** What the detective control can compare: the request as CloudTrail has it, and what Describe answers. */
const detectiveText = ({ path, describePath }: Control): string =>
  describePath === null
    ? 'CloudTrail; Describe does not return it'
    : describePath === path
      ? 'CloudTrail, Describe'
      : `CloudTrail, Describe (\`${describePath}\`)`;

const table = (head: readonly string[], body: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...body.map((cells) => `| ${cells.join(' | ')} |`),
];

/** Operations that share a reason, beside it. */
const byReason = (operations: Readonly<Record<string, string>>): (readonly string[])[] =>
  [...new Set(Object.values(operations))].map((reason) => [
    Object.keys(operations)
      .filter((operation) => operations[operation] === reason)
      .join(', '),
    reason,
  ]);

/** Every rule of the contract as a page: what is wanted, how the SDK, IAM and the detective control hold it or why not, and why. */
export function controlsDocument(): string {
  const tables = Object.entries(CONTROLS).flatMap(([operation, controls]: [string, readonly Control[]]) => [
    `## ${operation}`,
    '',
    ...table(
      ['field', 'wanted', 'SDK', 'IAM', 'detective', 'why'],
      controls.map((control) => [
        `\`${control.path}\``,
        wantedText(control),
        sdkText(control),
        iamText(control),
        detectiveText(control),
        control.because,
      ]),
    ),
    '',
  ]);
  const count = (operations: object): string => String(Object.keys(operations).length);
  return [
    '# The controls',
    '',
    'Written by `npm run docs` from `sdk/src/contract`; a test fails when it is stale. Values in `code` are fields of the',
    'environment document, or the same everywhere.',
    '',
    `Of SageMaker’s operations that change something, ${count(CONTROLS)} have rows here, ${count(GUARDED_BY_REFERENCE)} are guarded by what they`,
    `refer to, and ${count(REFUSED)} are refused. IAM allows a role the few that its purpose needs; the statements that these rows`,
    'give stand in every role for all of those.',
    '',
    '- **SDK**: before anything is sent. **IAM**: a Deny with this condition key, or why there is none and what stands in its place.',
    '- **detective**: where the value is found again after the fact, in CloudTrail’s record of the request or in Describe’s answer.',
    '',
    ...tables,
    '## Refused',
    '',
    'The SDK raises `OperationNotCovered` with the reason, and no role of the project is allowed the action.',
    '',
    ...table(['operations', 'why'], byReason(REFUSED)),
    '',
    '## Guarded by what they refer to',
    '',
    ...table(['operations', 'why'], byReason(GUARDED_BY_REFERENCE)),
    '',
    'Reading passes. An operation that AWS adds is refused, by the SDK and by IAM alike, until it stands on this page.',
    '',
  ].join('\n');
}
