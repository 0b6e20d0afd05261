import type { ErrorBody } from '@sealab/service';
/** What the service, or what stands before it, answered instead of data. */
export declare class ServiceError extends Error {
    readonly code: string;
    readonly remedy: string | undefined;
    constructor({ code, message, remedy }: ErrorBody, cause?: unknown);
    /** Reads an answer that is not a success. Jupyter itself answers in HTML: for a login that ended, or a service that did not start. */
    static from(response: Response): Promise<ServiceError>;
    static readonly unreachable: (cause: unknown) => ServiceError;
}
/** Whether trying again may help without anybody doing something. */
export declare const mayPass: (error: unknown) => boolean;
//# sourceMappingURL=service-error.d.ts.map