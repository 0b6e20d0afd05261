import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createModelCardExportJob = controlsFor('CreateModelCardExportJob', {
  OutputBucket: rows.inBuckets('OutputConfig.S3OutputPath', 'buckets.model', 'Output bucket'),
});
