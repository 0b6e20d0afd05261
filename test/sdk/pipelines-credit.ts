import type { PipelineBuilder } from '@sealab/sdk';

export const program = (name: string) => ({ name, text: `print(${JSON.stringify(name)})` });

/** Prepare, train, evaluate; register when it is good, fail when it is not. */
export function credit(build: PipelineBuilder): void {
  const instance = build.parameter.string('InstanceType', { default: 'ml.m5.large', enum: ['ml.m5.large', 'ml.m5.xlarge'] });
  const depth = build.parameter.integer('Depth', { default: 4 });
  const wanted = build.parameter.float('MinimumAuc', { default: 0.8 });
  const prepare = build.process('prepare', {
    script: program('prepare.py'),
    inputs: { raw: 's3://credit-risk-data/raw/' },
    outputs: ['train', 'test'],
    arguments: ['--seed', depth],
    cache: 'P30D',
  });
  const train = build.train('train', {
    script: program('train.py'),
    inputs: { train: prepare.output('train') },
    data: { text: 'a,b\n1,2\n' },
    hyperparameters: { depth, criterion: 'gini' },
    instanceType: instance,
    retry: [{ ExceptionType: ['SageMaker.CAPACITY_ERROR'], MaxAttempts: 3 }],
  });
  const evaluate = build.process('evaluate', {
    script: program('evaluate.py'),
    inputs: { model: train.properties.ModelArtifacts.S3ModelArtifacts, test: prepare.output('test') },
    outputs: ['report'],
    propertyFiles: { report: { output: 'report', path: 'report.json' } },
  });
  build.condition('good-enough', {
    if: [build.is.greaterThanOrEqualTo(evaluate.json('report', 'metrics.auc'), wanted)],
    then: () => {
      const model = build.model('model', { model: train, environment: { THRESHOLD: wanted } });
      build.register('register', { group: 'credit', model });
    },
    else: () => {
      build.fail('too-bad', { message: build.join(' ', 'AUC below', wanted) });
    },
  });
}
