import { Fragment as _Fragment, jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Button, downloadIcon, InputGroup } from '@jupyterlab/ui-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { request, service } from "../data/client.js";
import { clock } from "../shared/format.js";
import { usePanel } from "../shared/panel-context.js";
import { Problem } from "../shared/states.js";
const LINE_HEIGHT = 18;
/** The text with every match marked. Always text: a log may hold HTML. */
function Marked({ text, search }) {
    if (search === '')
        return _jsx(_Fragment, { children: text });
    const parts = [];
    const lower = text.toLowerCase();
    let from = 0;
    for (let at = lower.indexOf(search); at !== -1; at = lower.indexOf(search, from)) {
        parts.push({ text: text.slice(from, at), match: false }, { text: text.slice(at, at + search.length), match: true });
        from = at + search.length;
    }
    parts.push({ text: text.slice(from), match: false });
    return _jsx(_Fragment, { children: parts.map((part, index) => (part.match ? _jsx("mark", { children: part.text }, index) : part.text)) });
}
/** Saves the whole log, as the service has it now, under the job's name. */
async function download(name) {
    const response = await request(String(service['training-jobs'][':name'].log.$url({ param: { name } })));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await response.blob());
    link.download = `${name}.log`;
    link.click();
    URL.revokeObjectURL(link.href);
}
/** The live log: searched, followed, downloaded; as quick with 100,000 lines as with ten. */
export function LogView({ name, followed }) {
    const { trans } = usePanel();
    const [search, setSearch] = useState('');
    const [follow, setFollow] = useState(true);
    const scroller = useRef(null);
    const sought = useDeferredValue(search).toLowerCase();
    const lines = useMemo(() => (sought === '' ? followed.lines : followed.lines.filter(({ message }) => message.toLowerCase().includes(sought))), [followed.lines, sought]);
    const several = useMemo(() => new Set(followed.lines.map(({ source }) => source)).size > 1, [followed.lines]);
    const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => LINE_HEIGHT, overscan: 20 });
    useEffect(() => {
        if (follow && lines.length > 0)
            virtual.scrollToIndex(lines.length - 1, { align: 'end' });
    }, [follow, lines.length, virtual]);
    const onScroll = () => {
        const box = scroller.current;
        if (box === null)
            return;
        const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 2 * LINE_HEIGHT;
        if (!atEnd && virtual.scrollDirection === 'backward')
            setFollow(false);
    };
    const count = sought === '' ? trans._n('%1 line', '%1 lines', lines.length) : trans.__('%1 of %2 lines', lines.length, followed.lines.length);
    const state = { following: trans.__('live'), reconnecting: trans.__('reconnecting …'), ended: trans.__('complete'), paused: trans.__('interrupted') }[followed.stream];
    return (_jsxs("div", { className: "jp-Sealab-log", children: [_jsxs("div", { className: "jp-Sealab-logBar", children: [_jsx(InputGroup, { type: "text", className: "jp-Sealab-search", "aria-label": trans.__('Search the log'), placeholder: trans.__('Search the log'), rightIcon: "ui-components:search", value: search, onChange: (event) => setSearch(event.currentTarget.value) }), _jsx("span", { className: "jp-Sealab-note", role: "status", children: `${count} · ${state}` }), _jsxs("label", { children: [_jsx("input", { type: "checkbox", checked: follow, onChange: (event) => setFollow(event.target.checked) }), trans.__('Follow')] }), _jsx(Button, { minimal: true, small: true, title: trans.__('Download the log'), "aria-label": trans.__('Download the log'), onClick: () => void download(name), children: _jsx(downloadIcon.react, { tag: "span", className: "jp-Sealab-icon", "aria-hidden": "true" }) })] }), followed.error !== undefined && _jsx(Problem, { error: followed.error }), _jsx("div", { ref: scroller, className: "jp-Sealab-logLines", role: "log", "aria-live": "off", "aria-label": trans.__('Log of %1', name), tabIndex: 0, onScroll: onScroll, children: lines.length === 0 ? (_jsx("p", { className: "jp-Sealab-hint", children: sought !== '' ? trans.__('No line holds this.') : followed.stream === 'ended' ? trans.__('The job wrote no log.') : trans.__('The log begins when the container does.') })) : (_jsx("ol", { style: { height: virtual.getTotalSize() }, children: virtual.getVirtualItems().map(({ index, start }) => {
                        const line = lines[index];
                        return (_jsxs("li", { style: { transform: `translateY(${start}px)` }, title: line.message, children: [_jsx("time", { children: clock(String(line.timestamp)) }), several && _jsx("b", { children: line.source }), _jsx("span", { children: _jsx(Marked, { text: line.message, search: sought }) })] }, index));
                    }) })) })] }));
}
//# sourceMappingURL=log-view.js.map