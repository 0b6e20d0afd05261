import type { Followed } from '../data/follow-job.ts';
/** The live log: searched, followed, downloaded; as quick with 100,000 lines as with ten. */
export declare function LogView({ name, followed }: {
    name: string;
    followed: Followed;
}): import("react").JSX.Element;
//# sourceMappingURL=log-view.d.ts.map