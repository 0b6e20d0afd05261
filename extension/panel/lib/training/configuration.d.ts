import type { Job } from '../data/queries.ts';
/** What the job was asked to do. */
export declare function Configuration({ job }: {
    job: Job;
}): import("react").JSX.Element;
//# sourceMappingURL=configuration.d.ts.map