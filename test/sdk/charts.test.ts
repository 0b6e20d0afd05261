import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chart, confusionMatrix, table } from '@sealab/sdk';
import type { ChartData, ChartOptions, Label, Metrics, SealabError, View } from '@sealab/sdk';
import { downsampled } from '../../sdk/src/notebook/charts/downsample.ts';
import { scale, short } from '../../sdk/src/notebook/charts/scale.ts';

const EVIL = '<img src=x onerror=alert(1)>&"\'</title></svg><script>';

const metrics = (series: Readonly<Record<string, readonly number[]>>, secondsApart = 60): Metrics => ({
  points: Object.entries(series).flatMap(([name, values]) =>
    values.map((value, index) => ({ name, value, timestamp: new Date(index * secondsApart * 1000) })),
  ),
  last: {},
});
const html = async (view: View): Promise<string> => (await view.view())['text/html'] ?? '';
const plain = async (view: View): Promise<string> => (await view.view())['text/plain'];
const count = (text: string, part: RegExp) => [...text.matchAll(new RegExp(part, 'g'))].length;

/** Markup is well formed: every element is closed in order, and every attribute is quoted. */
function checkMarkup(markup: string): void {
  const open: string[] = [];
  for (const [, end, name = '', attributes = '', self] of markup.matchAll(/<(\/?)([a-z]+)((?:\s[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/g)) {
    expect(attributes.replace(/"[^"]*"/g, '')).not.toMatch(/\son[a-z]+=/);
    if (end === '/') expect(open.pop()).toBe(name);
    else if (self !== '/' && name !== 'br') open.push(name);
  }
  expect(open).toEqual([]);
  // Nothing is left that looks like markup and is none.
  expect(markup.replace(/<\/?[a-z]+((?:\s[a-zA-Z-]+="[^"<]*")*)\s*\/?>/g, '')).not.toMatch(/[<>]/);
}

const drawable: readonly [string, ChartData, ChartOptions?][] = [
  ['one point', metrics({ auc: [0.5] })],
  ['two points', metrics({ auc: [0.5, 0.75] })],
  ['points of one value', metrics({ auc: [1, 1, 1] })],
  ['ten thousand points', metrics({ loss: Array.from({ length: 10_000 }, (_, index) => Math.sin(index)) })],
  ['numbers that are none', metrics({ loss: [1, NaN, 2, Infinity, 3] })],
  ['nothing but numbers that are none', metrics({ loss: [NaN, Infinity] })],
  ['the largest and the smallest numbers', { lines: { a: [-Number.MAX_VALUE, Number.MAX_VALUE, Number.MIN_VALUE] } }],
  ['an evil name', metrics({ [EVIL]: [1, 2] })],
  ['evil runs', { runs: { [EVIL]: metrics({ a: [1] }), [`${EVIL}2`]: metrics({ a: [2] }) } }, { title: EVIL }],
  ['evil bars', { bars: { [EVIL]: 1 } }, { title: EVIL }],
  ['evil axes', { lines: { a: [1, 2], b: [2, 1] } }, { xLabel: EVIL, yLabel: EVIL, title: EVIL }],
  ['bars below zero', { bars: { a: -1, b: 2, c: NaN } }],
  ['a ROC curve', { truth: [0, 1, 1, 0], scores: [0.1, 0.9, 0.4, 0.6] }],
];

describe('a chart', () => {
  it.each(drawable)('of %s is markup in the theme’s colours, with a name', async (_, data, options = {}) => {
    const markup = await html(chart(data, options));
    checkMarkup(markup);
    expect(markup).toMatch(/<svg role="img" aria-label="[^"]+"/);
    expect(count(markup, /<svg role="img"/)).toBe(count(markup, /<svg role="img"[^>]*><title>[^<]+<\/title>/));
    // Colours are the host's: any other stands behind a variable of it, for readers without a theme.
    expect(markup.replace(/var\(--jp-[a-z0-9-]+,[^()]*\)/g, '')).not.toMatch(/#[0-9a-f]{3,6}\b(?!;)|rgb\(/);
    // Places are numbers.
    for (const [, place = ''] of markup.matchAll(/\s(?:d|x|y|cx|cy|width|height|points)="([^"]*)"/g))
      expect(place).not.toMatch(/NaN|Infinity|undefined/);
    expect(await plain(chart(data, options))).not.toBe('');
  });

  it('of metrics is one a metric, in the order that was asked for', async () => {
    const data = metrics({ auc: [0.5, 0.7], loss: [2, 1], other: [1] });
    expect([...(await html(chart(data))).matchAll(/<figcaption><strong>([^<]+)/g)].map(([, title]) => title)).toEqual([
      'auc',
      'loss',
      'other',
    ]);
    const chosen = await html(chart(data, { metrics: ['loss', 'auc'], title: 'run 1' }));
    expect([...chosen.matchAll(/<figcaption><strong>([^<]+)/g)].map(([, title]) => title)).toEqual(['run 1: loss', 'run 1: auc']);
    expect(await plain(chart(data, { metrics: ['loss'] }))).toMatch(/loss\s+2\s+1\s+2\s+1$/);
  });

  it('lays runs over one another, told apart without colours', async () => {
    const markup = await html(
      chart({ runs: { shallow: metrics({ auc: [0.5, 0.7] }), deep: metrics({ auc: [0.6, 0.9, 0.91], loss: [1] }) } }),
    );
    const [auc = '', loss = ''] = markup.split('<figure').slice(1);
    const pens = [...auc.matchAll(/stroke:(var\([^)]*\));stroke-width:1.6;stroke-dasharray:([^;]+)/g)];
    expect(pens).toHaveLength(2);
    expect(new Set(pens.map(([, colour]) => colour)).size).toBe(2);
    expect(new Set(pens.map(([, , dash]) => dash)).size).toBe(2);
    expect(auc).toMatch(/<\/svg> shallow<.*<\/svg> deep</);
    // Only one run has this metric: there is nothing to tell apart.
    expect(loss).not.toContain('</svg> deep');
  });

  it('draws over time from the first point on, in units that can be read', async () => {
    for (const [secondsApart, unit] of [
      [1, 'seconds'],
      [60, 'minutes'],
      [3600, 'hours'],
    ] as const) {
      const markup = await html(chart(metrics({ a: [1, 2, 3, 4, 5, 6] }, secondsApart), { x: 'time' }));
      expect(markup).toContain(`${unit} since the first point`);
      expect(markup).toContain('>5</text>');
    }
  });

  it('leaves gaps, and says how many points are not drawn', async () => {
    const markup = await html(chart({ lines: { a: [1, NaN, 2, 3] } }));
    const [path = ''] = [...markup.matchAll(/<path d="(M[^"]*)" style="stroke:[^"]*1\.6/g)].map(([, d]) => d);
    expect(path.match(/M/g)).toHaveLength(2);
    // A point that stands alone is visible.
    expect(path).toContain('h0');
    expect(markup).toContain('1 of 4 points are not finite and not drawn.');
  });

  it('of many points is small, and says what is drawn', async () => {
    const markup = await html(chart({ lines: { a: Array.from({ length: 10_000 }, (_, index) => index % 97) } }));
    expect(markup.length).toBeLessThan(60_000);
    expect(markup).toContain('10000 points; of each column of pixels the first, lowest, highest and last is drawn.');
    expect(await html(chart({ lines: { a: [1, 2, 3] } }))).not.toContain('column of pixels');
  });

  it('sorts pairs by x, and bars by size', async () => {
    const sorted = await html(
      chart({
        lines: {
          a: [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
        },
      }),
    );
    expect(
      await html(
        chart({
          lines: {
            a: [
              [3, 3],
              [1, 1],
              [2, 2],
            ],
          },
        }),
      ),
    ).toBe(sorted);
    const bars = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, index % 2 === 0 ? index : -index]));
    const text = await plain(chart({ bars }));
    expect(
      text
        .split('\n')
        .slice(1, 4)
        .map((line) => line.split(/\s+/)[0]),
    ).toEqual(['f39', 'f38', 'f37']);
    expect(await html(chart({ bars }))).toContain('The largest 30 of 40.');
    expect(await html(chart({ bars }, { most: 40 }))).not.toContain('The largest 40');
  });

  it.each<[string, readonly Label[], readonly number[], ChartOptions, string]>([
    ['right', [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], {}, '1.0000'],
    ['wrong', [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], {}, '0.0000'],
    ['no better than chance', [1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5], {}, '0.5000'],
    // By hand: of 2 × 2 pairs three are in order.
    ['in between', ['no', 'yes', 'no', 'yes'], [0.1, 0.35, 0.4, 0.8], { positive: 'yes' }, '0.7500'],
  ])('of scores that are %s has the area below the curve', async (_, truth, scores, options, area) => {
    expect(await plain(chart({ truth, scores }, options))).toContain(`area ${area}`);
  });

  it.each<[string, unknown, unknown, RegExp]>([
    ['no points', metrics({}), {}, /nothing to draw/],
    ['lines without points', { lines: { a: [] } }, {}, /nothing to draw/],
    ['no bars', { bars: {} }, {}, /nothing to draw/],
    ['something else', { pie: {} }, {}, /nothing that can be drawn/],
    ['an unknown option', metrics({ a: [1] }), { colour: 'red' }, /"colour" is not an option/],
    ['a metric that is not there', metrics({ a: [1] }), { metrics: ['b'] }, /no metric "b"/],
    ['no bar at all', { bars: { a: 1 } }, { most: 0 }, /most: 0/],
    ['labels without scores', { truth: [1, 0], scores: [1] }, {}, /1 for 2 labels/],
    ['one class', { truth: [1, 1], scores: [1, 2] }, {}, /both classes/],
    ['a score that is none', { truth: [1, 0], scores: [1, NaN] }, {}, /scores\[1\]/],
  ])('of %s is refused', (_, data, options, message) => {
    let refused: SealabError | undefined;
    try {
      chart(data as ChartData, options as ChartOptions);
    } catch (error) {
      refused = error as SealabError;
    }
    expect(refused).toMatchObject({ code: 'InvalidInput', message: expect.stringMatching(message) });
  });
});

describe('thinning out', () => {
  it('keeps the ends and the extremes of every column, in order', () => {
    const points = fc
      .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 500 })
      .map((ys) => ys.map((y, x) => [x, y] as const));
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), (all, columns) => {
        const column = (x: number) => Math.floor((x / all.length) * columns);
        const kept = downsampled(all, column, columns);
        expect(kept.length).toBeLessThanOrEqual(Math.max(4 * columns, Math.min(all.length, 4 * columns)));
        for (let one = 0; one < columns; one++) {
          const [before, after] = [all, kept].map((list) => list.filter(([x]) => column(x) === one));
          if (before?.length === 0) continue;
          expect([after?.[0], after?.at(-1)]).toEqual([before?.[0], before?.at(-1)]);
          const ys = (list: typeof before) => (list ?? []).map(([, y]) => y);
          expect([Math.min(...ys(after)), Math.max(...ys(after))]).toEqual([Math.min(...ys(before)), Math.max(...ys(before))]);
        }
        expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).sort((a, b) => a - b));
      }),
    );
  });
});

describe('an axis', () => {
  it('holds every value between its ends', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const axis = scale(values, 0, 100, 5);
        for (const value of values.filter(Number.isFinite)) {
          expect(axis.at(value)).toBeGreaterThanOrEqual(-0.01);
          expect(axis.at(value)).toBeLessThanOrEqual(100.01);
        }
      }),
    );
  });

  it.each([
    [0, '0'],
    [0.1 + 0.2, '0.3'],
    [1234.5678, '1235'],
    [100, '100'],
    [1e6, '1e6'],
    [-1.5e-9, '-1.5e-9'],
    [NaN, 'NaN'],
  ])('says %d as %s', (value, text) => {
    expect(short(value)).toBe(text);
  });
});

describe('a confusion matrix', () => {
  it('counts true labels by predicted ones', async () => {
    const matrix = confusionMatrix([0, 0, 1, 1, 10, 2], ['0', '1', '1', '1', '2', '2']);
    expect(matrix).toMatchObject({ labels: ['0', '1', '2', '10'], total: 6 });
    expect(matrix.counts).toEqual([
      [1, 1, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 1, 0],
    ]);
    expect(matrix.accuracy).toBeCloseTo(4 / 6);
    const markup = await html(matrix);
    checkMarkup(markup);
    expect(markup).toMatch(/1<br><small>50\.0 %/);
    expect(markup).toContain('accuracy 0.6667');
    expect(await plain(matrix)).toMatch(/^10 +0 +0 +1 +0$/m);
  });

  it('shows evil labels as text', async () => {
    const markup = await html(confusionMatrix([EVIL, 'b'], ['b', EVIL]));
    checkMarkup(markup);
    expect(markup).not.toContain('<img');
  });

  it.each<[string, readonly Label[], readonly Label[], RegExp]>([
    ['lists of different lengths', [1], [1, 2], /2 predictions for 1 labels/],
    ['no rows', [], [], /no rows/],
    [
      'numbers of a regression',
      Array.from({ length: 200 }, (_, index) => index / 7),
      new Array<number>(200).fill(1),
      /labels; 100 can be shown/,
    ],
  ])('of %s is refused', (_, truth, predicted, message) => {
    expect(() => confusionMatrix(truth, predicted)).toThrow(message);
  });
});

describe('a table', () => {
  it('shows records by their columns, and how many there are', async () => {
    const rows = Array.from({ length: 120 }, (_, index) => ({ name: `job-${index}`, note: EVIL, at: index }));
    const markup = await html(table(rows, { title: EVIL, columns: ['at', 'name', 'note'], most: 10 }));
    checkMarkup(markup);
    expect(count(markup, /<tr>/)).toBe(11);
    expect(markup).toContain('10 of 120 rows.');
    expect(await plain(table(rows.slice(0, 2), { columns: ['name', 'at'] }))).toBe('name   at\njob-0  0\njob-1  1');
    expect(
      await plain(
        table([
          [1, null],
          ['x', true],
        ]),
      ),
    ).toBe('1\nx  true');
    expect(() => table([], { most: 0 })).toThrow(/most/);
    expect(() => table([], { titel: 'x' } as never)).toThrow(/"titel" is not an option/);
  });
});
