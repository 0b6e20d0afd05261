import type { MimeBundle } from '../display.ts';
import { textTable } from '../html.ts';
import { barChart } from './bars.ts';
import type { Figure, FiguresMediaType, LineFigure } from './figure.ts';
import { lineChart } from './lines.ts';
import { short } from './scale.ts';

const FIGURES: FiguresMediaType = 'application/vnd.sealab.figures+json';

const drawn = (figure: Figure): string => (figure.kind === 'lines' ? lineChart(figure) : barChart(figure));

function summary({ series }: LineFigure): string {
  const rows = series.map(({ name, points }) => {
    const values = points.map(([, y]) => y).filter(Number.isFinite);
    const [low, high] = values.reduce(([least, most], y) => [Math.min(least, y), Math.max(most, y)], [Infinity, -Infinity]);
    return [name, points.length, ...(values.length === 0 ? ['', '', ''] : [short(low), short(high), short(values.at(-1) ?? NaN)])];
  });
  return textTable(['', 'points', 'lowest', 'highest', 'last'], rows);
}

/** Figures as SVG in HTML, and as text for where there is none. */
export function draw(figures: readonly Figure[]): MimeBundle {
  return {
    [FIGURES]: figures,
    'text/html': `<div>${figures.map(drawn).join('')}</div>`,
    'text/plain': figures
      .map((figure) => {
        const text =
          figure.kind === 'lines'
            ? summary(figure)
            : textTable(
                [],
                figure.bars.map(([name, value]) => [name, short(value)]),
              );
        return `${figure.title}\n${text}`;
      })
      .join('\n\n'),
  };
}
