import { controlsFor } from '../control.ts';
import { mlflow } from './mlflow-rows.ts';
import * as rows from './shared-rows.ts';

export const createMlflowApp = controlsFor('CreateMlflowApp', {
  ...mlflow,
  Key: {
    ...rows.withoutKey(
      rows.outputKey('KmsKeyId'),
      'CreateMlflowApp has no condition keys: another key could not be used, because the roles of the project may use its keys alone.',
    ),
    title: 'Application key',
    because: 'What is logged about experiments is encrypted with the project’s own key.',
  },
});
