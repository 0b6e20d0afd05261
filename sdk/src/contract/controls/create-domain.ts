import { controlsFor } from '../control.ts';
import { domain, noRStudio } from './domain-rows.ts';
import * as rows from './shared-rows.ts';

export const createDomain = controlsFor('CreateDomain', {
  ...domain('DomainSettings'),
  VolumeKey: rows.volumeKey('KmsKeyId'),
  NoOldKey: {
    ...rows.absent(
      'HomeEfsFileSystemKmsKeyId',
      'One key field',
      'AWS has replaced it by KmsKeyId, which alone has a condition key.',
      'Its condition key is deprecated: the key of the file system is the one of KmsKeyId.',
    ),
    describePath: null,
  },
  NoRStudio: noRStudio('DomainSettings.RStudioServerProDomainSettings'),
});
