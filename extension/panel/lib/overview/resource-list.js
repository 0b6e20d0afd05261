import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "react/jsx-runtime";
import { Button } from '@jupyterlab/ui-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { queries } from "../data/queries.js";
import { SmallSeal } from "../seal/seal.js";
import { ago, duration, moment } from "../shared/format.js";
import { usePanel, useRefresh } from "../shared/panel-context.js";
import { Empty, Loading, Problem } from "../shared/states.js";
import { Status } from "../shared/status.js";
/** Since when, and for how long once it has ended. */
function When({ line }) {
    const { trans } = usePanel();
    if (line.createdAt === undefined)
        return null;
    const took = line.endedAt === undefined ? '' : ` · ${duration(Date.parse(line.endedAt) - Date.parse(line.createdAt))}`;
    return _jsx("span", { title: moment(line.createdAt), children: `${ago(line.createdAt, trans)}${took}` });
}
/** Lines with their small seals; each opens its detail. */
export function ResourceLines({ kind, lines, open }) {
    const names = lines.map(({ name }) => name);
    const { data } = useQuery(queries.seals(kind, names.slice(0, 50)));
    return (_jsx("ul", { className: "jp-Sealab-lines", children: lines.map((line) => (_jsx("li", { children: _jsxs("button", { type: "button", onClick: () => open(line.name), children: [_jsx("span", { className: "jp-Sealab-lineName", title: line.name, children: line.name }), _jsx(SmallSeal, { seal: data?.seals[line.name] }), _jsxs("span", { className: "jp-Sealab-lineNote", children: [line.status !== undefined && _jsx(Status, { status: line.status }), _jsx(When, { line: line })] })] }) }, line.name))) }));
}
/** A list that follows what happens, a page at a time. */
export function ResourceList({ kind, filter = {}, empty, open }) {
    const { trans } = usePanel();
    const list = useInfiniteQuery({ ...queries.list(kind, filter), refetchInterval: useRefresh() });
    if (list.data === undefined)
        return list.error === null ? _jsx(Loading, { what: trans.__('Loading …') }) : _jsx(Problem, { error: list.error, retry: () => void list.refetch() });
    const lines = list.data.pages.flatMap(({ items }) => items);
    return (_jsxs(_Fragment, { children: [list.error !== null && _jsx(Problem, { error: list.error }), lines.length === 0 ? _jsx(Empty, { children: empty }) : _jsx(ResourceLines, { kind: kind, lines: lines, open: open }), list.hasNextPage && (_jsx(Button, { small: true, className: "jp-mod-styled jp-Sealab-small", disabled: list.isFetchingNextPage, onClick: () => void list.fetchNextPage(), children: trans.__('Show more') }))] }));
}
//# sourceMappingURL=resource-list.js.map