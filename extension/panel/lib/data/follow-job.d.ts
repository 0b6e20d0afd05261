import type { JobEvent } from '@sealab/service';
export type LogLine = Extract<JobEvent, {
    type: 'log';
}>['lines'][number] & {
    readonly timestamp: string | Date;
};
export interface Followed {
    readonly lines: readonly LogLine[];
    /** `following`: the stream is open. `ended`: the last line was read. */
    readonly stream: 'following' | 'reconnecting' | 'ended' | 'paused';
    readonly error: Error | undefined;
}
/**
 * Follows a job's state and log while `visible`. A stream that breaks is taken up behind the last line, so no line is
 * lost or shown twice, however often the connection, the service or the browser's tab goes away.
 */
export declare function useFollowedJob(name: string, visible: boolean): Followed;
//# sourceMappingURL=follow-job.d.ts.map