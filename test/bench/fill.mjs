/** Seconds that the security fields of one training request take: filled in, then checked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillSecureFields, findViolations } from '../../sdk/dist/secure/index.js';

const [RUNS, REQUESTS] = [7, 2_000];

export function timeFill({ home }) {
  const { environment: path } = JSON.parse(readFileSync(join(home, 'connection.json'), 'utf8'));
  const environment = JSON.parse(readFileSync(path, 'utf8'));
  const request = {
    TrainingJobName: 'a',
    AlgorithmSpecification: { TrainingImage: Object.values(environment.images)[0], TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: `s3://${environment.buckets.model}/jobs` },
    ResourceConfig: { InstanceType: environment.instanceTypes.training[0], InstanceCount: 1, VolumeSizeInGB: 30 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    HyperParameters: { a: '1' },
  };
  const round = () => {
    const started = performance.now();
    for (let i = 0; i < REQUESTS; i++) {
      const { input } = fillSecureFields('CreateTrainingJob', request, environment);
      if (findViolations('CreateTrainingJob', input, environment, 'request').length > 0)
        throw new Error('The filled request breaks the contract.');
    }
    return (performance.now() - started) / 1000 / REQUESTS;
  };
  // The first one is for the compiler.
  round();
  return Array.from({ length: RUNS }, round);
}
