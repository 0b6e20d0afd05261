import { chart, confusionMatrix, connect, table } from '@sealab/sdk';

const lab = await connect();

// A value at the end of a cell shows itself; `view()` gives its HTML and its text.
const [shallow, deep] = await Promise.all(['credit-shallow', 'credit-deep'].map((name) => lab.attach(name).metrics()));
if (shallow !== undefined && deep !== undefined) chart({ runs: { shallow, deep } }, { metrics: ['auc'] });

chart({ bars: { income: 0.4, age: 0.25, debt: -0.1 } }, { title: 'Feature importance' });
chart({ lines: { loss: [2.1, 1.4, 1.2, 1.1] } }, { xLabel: 'epoch' });
chart({ truth: [0, 0, 1, 1], scores: [0.1, 0.6, 0.4, 0.9] }); // ROC curve, with the area below it

const matrix = confusionMatrix(['no', 'yes', 'yes'], ['no', 'yes', 'no']);
console.log(matrix.accuracy, (await matrix.view())['text/plain']);

table([{ job: 'credit-shallow', auc: shallow?.last['auc'] }], { title: 'Best' });
