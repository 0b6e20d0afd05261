/** A value as people read it; nothing for what is not there. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
      ? String(value)
      : JSON.stringify(value);
}

/** Text made safe for HTML, in content and in attributes. */
export const escaped = (value: unknown): string => textOf(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Colour and cursor codes of terminals (ECMA-48), and other control characters but tab and line feed. */
const CONTROL = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]|[\u0000-\u0008\u000b-\u001f\u007f]/g;
export const withoutControl = (text: string): string => text.replace(CONTROL, '');

const cell = 'style="text-align:left;padding:2px 12px 2px 0;vertical-align:top"';

/** A table; the first row of words is the header. Colours come from the host, JupyterLab's variables. */
export function htmlTable(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const head =
    header.length === 0 ? '' : `<thead><tr>${header.map((text) => `<th ${cell} scope="col">${escaped(text)}</th>`).join('')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map((value) => `<td ${cell}>${escaped(value)}</td>`).join('')}</tr>`).join('');
  return `<table style="border-collapse:collapse;font-size:var(--jp-ui-font-size1,13px)">${head}<tbody>${body}</tbody></table>`;
}

/** The same as text, columns aligned. */
export function textTable(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const all = [...(header.length === 0 ? [] : [header]), ...rows].map((row) => row.map(textOf));
  const widths = all.reduce<number[]>((most, row) => row.map((text, index) => Math.max(most[index] ?? 0, text.length)), []);
  return all
    .map((row) =>
      row
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
