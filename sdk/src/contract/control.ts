import type {
  CreateEndpointConfigInput,
  CreateModelInput,
  CreateNotebookInstanceInput,
  CreateProcessingJobRequest,
  CreateTrainingJobRequest,
  DescribeEndpointConfigOutput,
  DescribeModelOutput,
  DescribeNotebookInstanceOutput,
  DescribeProcessingJobResponse,
  DescribeTrainingJobResponse,
} from '@aws-sdk/client-sagemaker';
import type { EnvironmentDescription } from './environment.ts';
import type { PathOf } from './path.ts';

/** The operations that the contract covers, with the request and the Describe answer of each. */
export interface Operations {
  CreateTrainingJob: { input: CreateTrainingJobRequest; describe: DescribeTrainingJobResponse };
  CreateProcessingJob: { input: CreateProcessingJobRequest; describe: DescribeProcessingJobResponse };
  CreateModel: { input: CreateModelInput; describe: DescribeModelOutput };
  CreateEndpointConfig: { input: CreateEndpointConfigInput; describe: DescribeEndpointConfigOutput };
  CreateNotebookInstance: { input: CreateNotebookInstanceInput; describe: DescribeNotebookInstanceOutput };
}
export type OperationName = keyof Operations;

type EnvironmentPath = PathOf<EnvironmentDescription>;

/** Where the wanted value comes from: the environment document, or the same for every environment. */
export type Wanted = { readonly environment: EnvironmentPath } | { readonly constant: string | boolean };

/**
 * How a request's value must match the wanted one.
 * - `equals`: the same scalar. - `one-of`: a scalar out of the wanted list. - `subset`: a non-empty list, every element in the wanted list.
 * - `true` / `false`: the boolean. - `absent`: the field may not be given.
 * - `in-bucket`: an S3 URI in one of the wanted buckets. - `in-registry`: an image URI in one of the wanted registries.
 */
export type Match = 'equals' | 'one-of' | 'subset' | 'true' | 'false' | 'absent' | 'in-bucket' | 'in-registry';

/**
 * When the SDK writes the wanted value itself.
 * - `always`: creating enclosing objects. - `with-parent`: only where the caller gave the enclosing object (data capture, say).
 * - `never`: the caller chooses within the limits; an absent value is left to AWS.
 */
export type Fill = 'always' | 'with-parent' | 'never';

/** One rule about one field of one operation: the row that all five walls read. */
export interface Control<Op extends OperationName = OperationName> {
  /** Stable name, unique in the contract, used in findings, statement ids and documentation. */
  readonly id: string;
  readonly operation: Op;
  /** Path in the request. */
  readonly path: string;
  /** Path in the Describe answer; `null` where Describe does not return it. */
  readonly describePath: string | null;
  readonly wanted: Wanted;
  readonly match: Match;
  readonly fill: Fill;
  /** A boolean of the environment that, when true, leaves the choice to the caller (the wanted value stays the default). */
  readonly relaxedBy?: EnvironmentPath;
  /** The IAM condition key that carries this field for this action, or `null` with `noConditionKey` saying what enforces it instead. */
  readonly conditionKey: `sagemaker:${string}` | null;
  readonly noConditionKey?: string;
  /** Two or three words for a label beside a padlock. */
  readonly title: string;
  /** One sentence for people: why. */
  readonly because: string;
  /** One sentence: what to do when it is refused. */
  readonly remedy: string;
}

interface Row<Op extends OperationName> {
  readonly path: PathOf<Operations[Op]['input']>;
  /** Only where it differs from `path`. */
  readonly describePath?: PathOf<Operations[Op]['describe']> | null;
  readonly wanted: Wanted;
  readonly match: Match;
  readonly fill?: Fill;
  readonly relaxedBy?: EnvironmentPath;
  readonly conditionKey: `sagemaker:${string}` | null;
  readonly noConditionKey?: string;
  readonly title: string;
  readonly because: string;
  readonly remedy?: string;
}

/** Turns the rows of one operation into controls; the compiler checks every path against the AWS SDK's types. */
export function controlsFor<Op extends OperationName>(operation: Op, rows: Readonly<Record<string, Row<Op>>>): readonly Control<Op>[] {
  return Object.entries(rows).map(([name, row]) => ({
    fill: 'always',
    remedy: `Leave ${row.path} out: Sealab fills it from the environment.`,
    ...row,
    id: `${operation}.${name}`,
    operation,
    describePath: row.describePath === undefined ? row.path : row.describePath,
  }));
}
