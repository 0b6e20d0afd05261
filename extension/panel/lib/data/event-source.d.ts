/**
 * Events of one request, until it ends. Not by `EventSource`: that can neither send a form nor carry Jupyter's token.
 * jupyter-server-proxy streams only what asks for `text/event-stream` and nothing else.
 */
export declare function events<E extends {
    readonly type: string;
}>(url: string | URL, init?: RequestInit): AsyncGenerator<E>;
//# sourceMappingURL=event-source.d.ts.map