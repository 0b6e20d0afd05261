import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { brokenIcon, notVerifiedIcon, sealedIcon } from "../icons.js";
import { usePanel } from "../shared/panel-context.js";
export const SEAL_ICONS = { sealed: sealedIcon, broken: brokenIcon, 'not-verified': notVerifiedIcon };
export function sealWord(status, trans) {
    return { sealed: trans.__('Sealed'), broken: trans.__('Broken'), 'not-verified': trans.__('Not verified') }[status];
}
/** How many stand behind the word. */
export function sealNumbers({ status, sealed, broken, notVerified }, trans) {
    const all = sealed + broken + notVerified;
    if (all === 0)
        return trans.__('nothing could be checked');
    if (status === 'sealed')
        return trans._n('%1 check holds', 'all %1 checks hold', all);
    if (status === 'broken')
        return trans.__('%1 of %2 checks fail', broken, all);
    return trans.__('%1 of %2 checks could not be made', notVerified, all);
}
export function SealIcon({ status }) {
    const Icon = SEAL_ICONS[status];
    return _jsx(Icon.react, { tag: "span", className: `jp-Sealab-icon jp-Sealab-seal jp-mod-${status}`, "aria-hidden": "true" });
}
/** The small seal on a line of a list: an icon with its words for those who cannot see it. */
export function SmallSeal({ seal }) {
    const { trans } = usePanel();
    if (seal === undefined)
        return _jsx("span", { className: "jp-Sealab-smallSeal" });
    const words = `${sealWord(seal.status, trans)}: ${sealNumbers(seal, trans)}`;
    return (_jsxs("span", { className: "jp-Sealab-smallSeal", title: words, children: [_jsx(SealIcon, { status: seal.status }), _jsx("span", { className: "jp-Sealab-unseen", children: words })] }));
}
//# sourceMappingURL=seal.js.map