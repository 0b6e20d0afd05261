/**
 * Sealab's SDK: SageMaker jobs, models and endpoints that are secure by default.
 *
 * @example
 * import { connect } from '@sealab/sdk';
 * const lab = await connect();
 * const job = await lab.train({ script: 'train.py', data: 'credit.csv' });
 */
import './clients/entropy.ts';

export { ERROR_CODES, EnvironmentDescription, SCHEMA_VERSION, SealabError } from './contract/index.ts';
export type { ErrorBody, ErrorCode, OperationName } from './contract/index.ts';
export { createClients, secure } from './clients/index.ts';
export type { AwsClient, ClientOptions, GuardedService } from './clients/index.ts';
export { environmentPlaces, loadEnvironment, parseEnvironment } from './environment/index.ts';
export { connect } from './lab.ts';
export { chart } from './notebook/chart.ts';
export { confusionMatrix } from './notebook/confusion-matrix.ts';
export { logView } from './notebook/display.ts';
export type { MimeBundle } from './notebook/display.ts';
export { table } from './notebook/table.ts';
export { exportControls, explainDenial, fillSecureFields, findViolations, secureFields } from './secure/index.ts';
export type * from './automl/api.ts';
export type * from './clients/api.ts';
export type * from './experiments/api.ts';
export type * from './features/api.ts';
export type * from './hosting/api.ts';
export type * from './inputs/api.ts';
export type * from './jobs/api.ts';
export type * from './lab-api.ts';
export type * from './listing/api.ts';
export type * from './logs/api.ts';
export type * from './monitoring/api.ts';
export type * from './notebook/api.ts';
export type { Figure, FiguresMediaType, LineFigure, BarFigure, Series } from './notebook/charts/figure.ts';
export type * from './pipelines/api.ts';
export type * from './planning/api.ts';
export type * from './posture/api.ts';
export type * from './processing/api.ts';
export type * from './registry/api.ts';
export type * from './secure/api.ts';
export type * from './source/api.ts';
export type * from './training/api.ts';
export type * from './transform/api.ts';
export type * from './tuning/api.ts';
export type * from './waiting/api.ts';
