import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createModelCard = controlsFor('CreateModelCard', {
  Key: {
    ...rows.withoutKey(
      rows.outputKey('SecurityConfig.KmsKeyId'),
      'CreateModelCard has no condition keys: another key could not be used, because the roles of the project may use its keys alone.',
    ),
    title: 'Card key',
    because: 'What the card says about the model is encrypted with the project’s own key.',
  },
});
