import { controlsFor } from '../control.ts';
import * as rows from './shared-rows.ts';

export const createModel = controlsFor('CreateModel', {
  Subnets: rows.privateSubnets(''),
  SecurityGroups: rows.securityGroups(''),
  NetworkIsolation: rows.networkIsolation(''),
  Role: rows.executionRole('ExecutionRoleArn', 'roles.endpointHosting'),
  PrimaryImage: rows.approvedImage('PrimaryContainer.Image'),
  ContainerImages: rows.approvedImage('Containers[].Image'),
  PrimaryModelBucket: rows.inBuckets('PrimaryContainer.ModelDataUrl', 'buckets.model', 'Model bucket'),
  ContainerModelBuckets: rows.inBuckets('Containers[].ModelDataUrl', 'buckets.model', 'Model bucket'),
});
