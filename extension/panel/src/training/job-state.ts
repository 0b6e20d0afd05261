/** Nothing happens to such a job any more. */
export const hasEnded = (status: string) => status === 'Completed' || status === 'Failed' || status === 'Stopped';
