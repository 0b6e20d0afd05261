import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

const primary = rows.servingContainer('PrimaryContainer.');
const { Image, ...others } = rows.servingContainer('Containers[].');

export const createModel = controlsFor('CreateModel', {
  Subnets: rows.privateSubnets(''),
  SecurityGroups: rows.securityGroups(''),
  NetworkIsolation: rows.networkIsolation(''),
  Role: rows.executionRole('ExecutionRoleArn', 'roles.endpointHosting'),
  ...rows.named('Primary', primary),
  ContainerImages: Image,
  ...rows.named('Container', others),
  PrimaryNoRegistryCredentials: rows.noRegistryCredentials('PrimaryContainer.ImageConfig.RepositoryAuthConfig'),
  ContainerNoRegistryCredentials: rows.noRegistryCredentials('Containers[].ImageConfig.RepositoryAuthConfig'),
});
