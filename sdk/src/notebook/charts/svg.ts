import { escaped } from '../html.ts';

/** An element; values of attributes are escaped, children are markup already. */
export const element = (name: string, attributes: Readonly<Record<string, string | number>>, ...children: readonly string[]): string =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('')}>${children.join('')}</${name}>`;

export const words = (content: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): string =>
  element('text', { x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor, style: `fill:${THEME.text};stroke:none` }, escaped(content));

/** Colours of the host; the second value is for readers outside JupyterLab. */
export const THEME = {
  text: 'var(--jp-ui-font-color1,#333)',
  faint: 'var(--jp-ui-font-color2,#666)',
  line: 'var(--jp-border-color1,#bbb)',
  grid: 'var(--jp-border-color3,#eee)',
  font: 'var(--jp-ui-font-family,system-ui,sans-serif)',
} as const;

const COLOURS = ['brand-color1,#1976d2', 'warn-color0,#e65100', 'success-color1,#388e3c', 'error-color1,#c62828', 'info-color1,#00838f'];
const DASHES = ['none', '7 3', '2 3', '8 3 2 3'];

/** How the line of this number looks: no two of the first twenty alike. Dashes change with the colour, so that neighbours are told apart without colours. */
export const penOf = (index: number): { readonly colour: string; readonly dash: string } => ({
  colour: `var(--jp-${COLOURS[index % COLOURS.length] ?? ''})`,
  dash: DASHES[index % DASHES.length] ?? 'none',
});

/** A drawing with its name for those who do not see it. */
export const drawing = (label: string, width: number, height: number, ...children: readonly string[]): string =>
  element(
    'svg',
    {
      role: 'img',
      'aria-label': label,
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      style: `max-width:100%;height:auto;font:11px ${THEME.font};fill:none`,
    },
    element('title', {}, escaped(label)),
    ...children,
  );

/** A drawing below its title, and what has to be said about it. */
export const captioned = (title: string, content: string, notes: readonly string[]): string =>
  `<figure style="display:inline-block;margin:4px 12px 4px 0;vertical-align:top;color:${THEME.text}">` +
  `<figcaption><strong>${escaped(title)}</strong></figcaption>${content}` +
  notes.map((note) => `<div style="color:${THEME.faint};font-size:var(--jp-ui-font-size0,11px)">${escaped(note)}</div>`).join('') +
  '</figure>';
