import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const updateModelPackage = controlsFor('UpdateModelPackage', {
  ...rows.servingContainer('InferenceSpecification.Containers[].'),
  ...rows.named(
    'Further',
    rows.each(rows.servingContainer('AdditionalInferenceSpecificationsToAdd[].Containers[].'), {
      // What was added stands among all of them afterwards, which the rows of CreateModelPackage look at.
      describePath: null,
    }),
  ),
});
