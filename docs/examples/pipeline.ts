import { connect } from '@sealab/sdk';

const lab = await connect();

const pipeline = await lab.pipeline('credit', (build) => {
  const wanted = build.parameter.float('MinimumAuc', { default: 0.8 });
  const prepare = build.process('prepare', {
    script: 'prepare.py',
    inputs: { raw: 'data/' },
    outputs: ['train', 'test'],
    cache: 'P30D', // an equal step of the last 30 days is not run again
  });
  const train = build.train('train', { script: 'train.py', inputs: { train: prepare.output('train') } });
  const evaluate = build.process('evaluate', {
    script: 'evaluate.py',
    inputs: { model: train.properties.ModelArtifacts.S3ModelArtifacts, test: prepare.output('test') },
    outputs: ['report'],
    propertyFiles: { report: { output: 'report', path: 'report.json' } },
  });
  build.condition('good-enough', {
    if: [build.is.greaterThanOrEqualTo(evaluate.json('report', 'auc'), wanted)],
    then: () => {
      const model = build.model('model', { model: train }); // served by train.py: a job before it puts the code into the archive
      build.transform('score', { model, data: prepare.output('test') });
      build.register('register', { group: 'credit', model, metrics: build.join('/', evaluate.output('report'), 'report.json') });
    },
    else: () => build.fail('too-bad', { message: build.join(' ', 'AUC below', wanted) }),
  });
});
await pipeline.upsert(); // uploads code and data, creates the pipeline or brings it up to date

const execution = await pipeline.start({ parameters: { MinimumAuc: 0.75 } });
await execution.wait(); // throws JobNotCompleted with the reason of the step that failed
for (const { name, status, cached, outcome } of await execution.steps()) console.log(name, status, cached, outcome);
