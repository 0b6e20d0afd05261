import type { Job } from '../data/queries.ts';
/** What the job went through, step by step, each with how long it took. */
export declare function Timeline({ job }: {
    job: Job;
}): import("react").JSX.Element;
//# sourceMappingURL=timeline.d.ts.map