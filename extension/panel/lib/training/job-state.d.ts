/** Nothing happens to such a job any more. */
export declare const hasEnded: (status: string) => status is "Completed" | "Failed" | "Stopped";
//# sourceMappingURL=job-state.d.ts.map