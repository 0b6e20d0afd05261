/** Nothing happens to such a job any more. */
export const hasEnded = (status) => status === 'Completed' || status === 'Failed' || status === 'Stopped';
//# sourceMappingURL=job-state.js.map