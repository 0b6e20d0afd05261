import { controlsFor } from '../control.ts';
import { notebook } from './notebook-rows.ts';
import * as rows from './shared-rows.ts';

export const createNotebookInstance = controlsFor('CreateNotebookInstance', {
  Subnet: {
    ...rows.privateSubnets(''),
    path: 'SubnetId',
    match: 'one-of',
    title: 'Private subnet',
  },
  SecurityGroups: { ...rows.securityGroups(''), path: 'SecurityGroupIds', describePath: 'SecurityGroups' },
  NoInternet: {
    path: 'DirectInternetAccess',
    wanted: { constant: 'Disabled' },
    match: 'equals',
    conditionKey: 'sagemaker:DirectInternetAccess',
    title: 'No direct internet',
    because: 'SageMaker’s own network interface would bypass the project network.',
  },
  VolumeKey: rows.volumeKey('KmsKeyId'),
  ...notebook,
});
