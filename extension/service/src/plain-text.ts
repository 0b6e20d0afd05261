/** ANSI escape sequences: CSI, OSC (ended by BEL or ST) and two-character ones (ECMA-48). */
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])|\u009b[0-?]*[ -/]*[@-~]/g;
/** Control characters but tab and newline, and the marks that reverse the direction of the text around them. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that a job, an endpoint or a name may hold, made harmless to show: colours and cursor moves are gone, and a line
 * that a progress bar rewrote (by carriage returns) is left as it looked last. HTML stays as it is: it is shown as text.
 */
export function plainText(text: string): string {
  return text
    .replace(ANSI, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .join('\n')
    .replace(INVISIBLE, '');
}
