import type { DataInput } from '../inputs/api.ts';
import type { JobOptions, JobProgress, SubmitProgress } from '../jobs/api.ts';
import type { Source } from '../source/api.ts';
import type { TrainingJob } from '../training/api.ts';

/** What the processing job behind each kind of monitoring takes. */
export interface MonitoringJobOptions extends Partial<
  Pick<JobOptions, 'name' | 'instanceType' | 'volumeSize' | 'maxRuntime' | 'tags' | 'framework' | 'image' | 'signal'>
> {
  /** Called at each step until the job exists, and after each time that SageMaker was asked how far it is. */
  readonly onProgress?: (progress: SubmitProgress | JobProgress) => void;
}

/** Data whose statistics are kept, and what its columns are. */
export interface BaselineOptions extends MonitoringJobOptions {
  /** The data that the model was trained with, CSV with a header; or captured data of an endpoint (JSON lines), with `columns`. */
  readonly data: DataInput;
  /** Column of the labels: kept apart, because an endpoint is not sent it. */
  readonly target?: string;
  /** Column of the model's predictions, where the data has them: prediction drift is measured against it. */
  readonly prediction?: string;
  /** Columns whose values always differ, such as ids. */
  readonly ignore?: readonly string[];
  /** Names of the columns, where the data itself has none. */
  readonly columns?: readonly string[];
}

/** Statistics of one column. Shares are between 0 and 1. */
export interface FeatureProfile {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  readonly rows: number;
  /** Share of missing values. */
  readonly missing: number;
  readonly mean?: number;
  readonly deviation?: number;
  readonly least?: number;
  readonly most?: number;
  readonly distinct?: number;
  readonly categories?: Readonly<Record<string, number>>;
}

/** Statistics that other data is compared with. */
export interface Baseline {
  /** Name of the processing job that made it. */
  readonly job: string;
  /** Where it is kept: hand this over when the object is no longer at hand. */
  readonly s3Uri: string;
  readonly rows: number;
  /** Columns as an endpoint is sent them. */
  readonly columns: readonly string[];
  readonly features: readonly FeatureProfile[];
  readonly target: FeatureProfile | null;
  readonly prediction: FeatureProfile | null;
}

/** From where on a difference counts. */
export interface DriftThreshold {
  /** Population stability index; 0.2 unless given: below 0.1 nothing has changed, above 0.25 much has. */
  readonly psi?: number;
  /** Kolmogorov–Smirnov statistic, with p < 0.01; 0.1 unless given. */
  readonly ks?: number;
  /** Rise of the share of missing values; 0.05 unless given. */
  readonly missing?: number;
  /** Share of values in categories that the baseline has not; 0.01 unless given. */
  readonly newCategories?: number;
}

/** What is compared with which baseline: what an endpoint has captured (`endpoint`), or other data (`data`). */
export type DriftOptions = MonitoringJobOptions & {
  /** What `baseline` returned, or its S3 URI. */
  readonly baseline: Baseline | string;
  /** A number is the threshold of the PSI. */
  readonly threshold?: number | DriftThreshold;
  /** Column of predictions, where `data` has one. */
  readonly prediction?: string;
} & (
    | {
        /** Name of an endpoint with data capture. */
        readonly endpoint: string;
        /** The variant whose captures are compared; `AllTraffic` unless given. */
        readonly variant?: string;
      }
    | {
        /** Captured data (the prefix of one endpoint and variant), or a table like the baseline's. */
        readonly data: DataInput;
      }
  );

/** How one column differs from the baseline. */
export interface FeatureDrift {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  readonly rows: number;
  readonly psi: number | null;
  readonly ks: number | null;
  readonly pValue: number | null;
  readonly missing: number;
  readonly baselineMissing: number;
  readonly newCategories: readonly string[];
  readonly drifted: boolean;
  /** In words: `PSI 0.412`, `missing 12.0%, was 0.1%`. */
  readonly reasons: readonly string[];
}
/** How data differs from a baseline. Shares are between 0 and 1. */
export interface DriftReport {
  readonly job: string;
  readonly s3Uri: string;
  /** Whether anything drifted or is missing. */
  readonly drifted: boolean;
  readonly rows: number;
  /** Captures that could not be read. */
  readonly unreadable: number;
  readonly threshold: Required<DriftThreshold>;
  readonly features: readonly FeatureDrift[];
  /** Columns of the baseline that the data has not. */
  readonly absent: readonly string[];
  /** `null` where baseline or data has no predictions. */
  readonly prediction: FeatureDrift | null;
}

/** A model, and labelled data on which it is looked at. */
export interface ExplainOptions extends MonitoringJobOptions {
  /** A training job, its name, or artefacts (`model.tar.gz`) with the code that loads them, if they are not one joblib or pickle file. */
  readonly model: TrainingJob | { readonly trainingJob: string } | { readonly artifacts: string; readonly source?: Source };
  /** CSV with a header; the columns without target and `ignore` in the order in which the model was trained with them. */
  readonly data: DataInput;
  readonly target: string;
  readonly ignore?: readonly string[];
  /** `roc_auc` or `accuracy` for labels, `r2` for numbers, unless given. */
  readonly metric?: 'roc_auc' | 'accuracy' | 'r2';
  /** How often each column is shuffled; 5 unless given. */
  readonly repeats?: number;
  /** Rows that are looked at, a random sample of more; 2,000 unless given. */
  readonly rows?: number;
}

/** Which columns a model looks at, the most important first. */
export interface Importance {
  readonly job: string;
  readonly s3Uri: string;
  readonly metric: string;
  /** The metric on the data as it is. */
  readonly score: number;
  readonly rows: number;
  readonly repeats: number;
  /** `importance`: how much lower the metric is when the column is shuffled. */
  readonly features: readonly { readonly name: string; readonly importance: number; readonly deviation: number }[];
}

/**
 * Drift and explanation by processing jobs, with nothing but the scikit-learn image: AWS has closed SageMaker Model Monitor and
 * Clarify to new customers.
 */
export interface Monitor {
  /** Statistics of the data that a model knows. Returns when the job is done. */
  baseline(options: BaselineOptions): Promise<Baseline>;
  /** Compares captured or other data with a baseline. Returns when the job is done; drift is a result, not an error. */
  drift(options: DriftOptions): Promise<DriftReport>;
  /** Permutation importance of the model's columns. Returns when the job is done. */
  explain(options: ExplainOptions): Promise<Importance>;
}
