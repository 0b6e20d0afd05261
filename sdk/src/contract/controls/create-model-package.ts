import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createModelPackage = controlsFor('CreateModelPackage', {
  ...rows.servingContainer('InferenceSpecification.Containers[].'),
  ...rows.named('Further', rows.servingContainer('AdditionalInferenceSpecifications[].Containers[].')),
  Key: {
    ...rows.withoutKey(
      rows.outputKey('SecurityConfig.KmsKeyId'),
      'SageMaker has no condition key for it: another key could not be used, because the roles of the project may use its keys alone.',
    ),
    fill: 'with-parent',
    title: 'Package key',
    because: 'What the package says about the model is encrypted with the project’s own key.',
  },
  NoValidation: rows.absent(
    'ValidationSpecification',
    'No validation jobs',
    'SageMaker would start jobs with outputs, disks and a role that nobody has secured.',
    'SageMaker has no condition key for it: a role for them could only be one that iam:PassRole allows.',
  ),
  NoAlgorithm: rows.absent(
    'SourceAlgorithmSpecification',
    'No algorithm resource',
    'An algorithm resource brings an image of its own, from wherever its maker keeps it.',
    'SageMaker has no condition key for it: no role of the project may make an algorithm or subscribe to one.',
  ),
});
