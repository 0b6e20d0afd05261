import * as rows from './shared-rows.ts';

/** What both generations of AutoML have. `prefix` names the object that holds `SecurityConfig`, with its dot. */
export const autoMl = <const P extends string>(prefix: P) => ({
  Subnets: rows.privateSubnets(`${prefix}SecurityConfig.`),
  SecurityGroups: rows.securityGroups(`${prefix}SecurityConfig.`),
  TrafficEncryption: rows.trafficEncryption(`${prefix}SecurityConfig.`),
  VolumeKey: rows.volumeKey(`${prefix}SecurityConfig.VolumeKmsKeyId`),
  OutputKey: rows.outputKey('OutputDataConfig.KmsKeyId'),
  OutputBucket: rows.inBuckets('OutputDataConfig.S3OutputPath', 'buckets.model', 'Output bucket'),
  Role: rows.executionRole('RoleArn', 'roles.jobExecution'),
});
