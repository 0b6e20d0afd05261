import { SealabError } from '../contract/index.ts';
import type { ConfusionMatrix, Label } from './api.ts';
import { displayable } from './display.ts';
import type { MimeBundle } from './display.ts';
import { escaped, textTable } from './html.ts';

/** More than can be read. */
const MOST_LABELS = 100;

/**
 * Counts how often each true label was predicted as each label, and shows it with the share of the row.
 *
 * @param truth the true label of each row
 * @param predicted the predicted label of the same rows
 * @throws SealabError `InvalidInput` when the lists differ in length, are empty, or have more than 100 labels.
 * @example confusionMatrix([0, 0, 1], ['0', '1', '1']) // accuracy 0.67
 */
export function confusionMatrix(truth: readonly Label[], predicted: readonly Label[]): ConfusionMatrix {
  const details = { truth: truth.length, predicted: predicted.length };
  if (truth.length !== predicted.length)
    throw new SealabError('InvalidInput', `confusionMatrix: ${predicted.length} predictions for ${truth.length} labels.`, { details });
  if (truth.length === 0) throw new SealabError('InvalidInput', 'confusionMatrix: there are no rows.', { details });
  const labels = [...new Set([...truth, ...predicted].map(String))].sort(byNumberOrText);
  if (labels.length > MOST_LABELS) {
    throw new SealabError('InvalidInput', `confusionMatrix: ${labels.length} labels; ${MOST_LABELS} can be shown.`, {
      remedy: 'Give labels of classes, not numbers of a regression; put rare classes together.',
      details: { labels: labels.length },
    });
  }
  const place = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const [row, label] of truth.entries()) {
    const line = counts[place.get(String(label)) ?? -1];
    const column = place.get(String(predicted[row])) ?? -1;
    if (line !== undefined) line[column] = (line[column] ?? 0) + 1;
  }
  const right = counts.reduce((sum, line, index) => sum + (line[index] ?? 0), 0);
  const accuracy = right / truth.length;
  const view = () => Promise.resolve(matrixView(labels, counts, `Confusion matrix: ${truth.length} rows, accuracy ${accuracy.toFixed(4)}`));
  return displayable({ labels, counts, total: truth.length, accuracy, view }, view);
}

function byNumberOrText(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? (a < b ? -1 : a > b ? 1 : 0) : difference;
}

const CELL = 'padding:4px 8px;text-align:right;border:1px solid var(--jp-border-color2,#ddd)';

function matrixView(labels: readonly string[], counts: readonly (readonly number[])[], title: string): MimeBundle {
  const rows = counts.map((line, index) => {
    const all = line.reduce((sum, count) => sum + count, 0);
    const cells = line.map((count) => {
      const share = all === 0 ? 0 : count / all;
      // The colour says what the words say; mixed with nothing, it suits light and dark.
      const shade = `background:color-mix(in srgb,var(--jp-brand-color1,#1976d2) ${Math.round(share * 45)}%,transparent)`;
      return `<td style="${CELL};${shade}">${count}<br><small>${(share * 100).toFixed(1)} %</small></td>`;
    });
    return `<tr><th scope="row" style="${CELL}">${escaped(labels[index])}</th>${cells.join('')}</tr>`;
  });
  const head = labels.map((label) => `<th scope="col" style="${CELL}">${escaped(label)}</th>`).join('');
  return {
    'text/html':
      `<table style="border-collapse:collapse;font-size:var(--jp-ui-font-size1,13px)"><caption style="text-align:left"><strong>${escaped(title)}</strong></caption>` +
      `<thead><tr><th scope="col" style="${CELL}">true ↓ predicted →</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`,
    'text/plain': `${title}\n${textTable(
      ['true ↓ predicted →', ...labels],
      counts.map((line, index) => [labels[index], ...line]),
    )}`,
  };
}
