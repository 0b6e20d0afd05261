import { type ReactNode } from 'react';
interface SectionProps {
    readonly title: string;
    readonly note?: ReactNode;
    /** `undefined`: cannot be closed. */
    readonly open?: boolean;
    readonly children: ReactNode;
}
/** A titled part of a view; one with `open` can be folded. */
export declare function Section({ title, note, open, children }: SectionProps): import("react").JSX.Element;
export {};
//# sourceMappingURL=section.d.ts.map