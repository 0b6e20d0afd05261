/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds < 60)
        return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
const STEPS = [
    ['minute', 60],
    ['hour', 3600],
    ['day', 86_400],
];
/** `5 minutes ago`; the date when it is longer than a week. */
export function ago(iso, trans, now = Date.now()) {
    const seconds = (now - Date.parse(iso)) / 1000;
    if (seconds < 45)
        return trans.__('just now');
    if (seconds > 7 * 86_400)
        return new Date(iso).toLocaleDateString();
    const [unit, size] = STEPS.findLast(([, size]) => seconds >= size) ?? ['minute', 60];
    return new Intl.RelativeTimeFormat(undefined, { style: 'narrow' }).format(-Math.round(seconds / size), unit);
}
export const clock = (iso) => new Date(iso).toLocaleTimeString();
export const moment = (iso) => new Date(iso).toLocaleString();
/** A metric's value with four significant digits, as papers print it. */
export const figure = (value) => (Number.isInteger(value) ? String(value) : Number(value.toPrecision(4)).toString());
export function bytes(count) {
    const units = ['B', 'kB', 'MB', 'GB'];
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
    const value = count / 1000 ** power;
    return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power] ?? 'B'}`;
}
//# sourceMappingURL=format.js.map