import type { ClientResponse } from 'hono/client';
/** A request as JupyterLab makes it: with its login and its XSRF token. */
export declare function request(url: string, init?: RequestInit): Promise<Response>;
/** The service, typed by its own routes. */
export declare const service: {
    environment: import("hono/client").ClientRequest<string, "/environment", {
        $get: {
            input: {};
            output: {
                project: string;
                environmentType: "development" | "staging" | "production";
                account: string;
                region: string;
                connectedAllowed: boolean;
                instanceTypes: {
                    training: string[];
                    processing: string[];
                    hosting: string[];
                    notebook: string[];
                };
                frameworks: string[];
                links: {
                    [x: string]: string;
                };
            };
            outputFormat: "json";
            status: import("hono/utils/http-status").ContentfulStatusCode;
        };
    }>;
} & {
    environment: {
        posture: import("hono/client").ClientRequest<string, "/environment/posture", {
            $get: {
                input: {
                    query: {
                        fresh?: "true" | undefined;
                    };
                };
                output: {
                    readonly status: import("@sealab/sdk").SealStatus;
                    readonly sealed: number;
                    readonly broken: number;
                    readonly notVerified: number;
                    readonly checks: readonly {
                        readonly id: string;
                        readonly title: string;
                        readonly status: import("@sealab/sdk").SealStatus;
                        readonly detail: string;
                        readonly remedy?: string | undefined;
                    }[];
                    readonly checkedAt: string;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    seals: {
        ":kind": import("hono/client").ClientRequest<string, "/seals/:kind", {
            $get: {
                input: {
                    param: {
                        kind: "endpoints" | "training-jobs" | "models";
                    };
                } & {
                    query: {
                        name: string | string[];
                    };
                };
                output: {
                    seals: {
                        [x: string]: {
                            readonly status: import("@sealab/sdk").SealStatus;
                            readonly sealed: number;
                            readonly broken: number;
                            readonly notVerified: number;
                        };
                    };
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    seals: {
        ":kind": {
            ":name": import("hono/client").ClientRequest<string, "/seals/:kind/:name", {
                $get: {
                    input: {
                        param: {
                            kind: "endpoints" | "training-jobs" | "models";
                            name: string;
                        };
                    };
                    output: {
                        readonly resource: string;
                        readonly status: import("@sealab/sdk").SealStatus;
                        readonly sealed: number;
                        readonly broken: number;
                        readonly notVerified: number;
                        readonly controls: readonly {
                            readonly control: string;
                            readonly title: string;
                            readonly because: string;
                            readonly location: string;
                            readonly status: import("@sealab/sdk").SealStatus;
                            readonly wanted: string;
                            readonly found: string | undefined;
                            readonly remedy: string;
                        }[];
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    forms: {
        training: import("hono/client").ClientRequest<string, "/forms/training", {
            $get: {
                input: {};
                output: {
                    schema: {
                        properties: {
                            [x: string]: {
                                readonly pattern?: string | undefined | undefined;
                                readonly minimum?: number | undefined | undefined;
                                readonly maximum?: number | undefined | undefined;
                                readonly minLength?: number | undefined | undefined;
                                readonly maxLength?: number | undefined | undefined;
                            };
                        };
                        required?: string[] | undefined;
                    };
                    instanceTypes: string[];
                    hostingInstanceTypes: string[];
                    frameworks: string[];
                    connectedAllowed: boolean;
                    fields: {
                        control: string;
                        title: string;
                        because: string;
                        path: string;
                        value: string;
                        locked: boolean;
                        conditionKey: string | null;
                    }[];
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    forms: {
        files: import("hono/client").ClientRequest<string, "/forms/files", {
            $get: {
                input: {
                    query: {
                        kind: "script" | "data";
                    };
                };
                output: {
                    files: {
                        readonly path: string;
                        readonly bytes: number;
                        readonly modifiedAt: string;
                    }[];
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    forms: {
        templates: import("hono/client").ClientRequest<string, "/forms/templates", {
            $get: {
                input: {};
                output: {
                    templates: {
                        title: string;
                        description: string;
                        form: {
                            name?: string | undefined;
                            script?: string | undefined;
                            data?: string | undefined;
                            framework?: string | undefined;
                            instanceType?: string | undefined;
                            instanceCount?: number | undefined;
                            volumeSize?: number | undefined;
                            hyperparameters?: {
                                [x: string]: string;
                            } | undefined;
                            metrics?: {
                                [x: string]: string;
                            } | undefined;
                            network?: "isolated" | "connected" | undefined;
                            maxRuntime?: number | undefined;
                        };
                        readonly id: string;
                    }[];
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    "training-jobs": import("hono/client").ClientRequest<string, "/training-jobs", {
        $get: {
            input: {
                query: {
                    search?: string | undefined;
                    status?: string | undefined;
                    limit?: string | string[];
                    next?: string | undefined;
                };
            };
            output: {
                items: {
                    name: string;
                    status: string | undefined;
                    createdAt: string | undefined;
                    endedAt: string | undefined;
                }[];
                next: string | undefined;
            };
            outputFormat: "json";
            status: import("hono/utils/http-status").ContentfulStatusCode;
        };
        $post: {
            input: {
                json: {
                    script: string;
                    instanceType: string;
                    name?: string | undefined;
                    data?: string | undefined;
                    framework?: string | undefined;
                    instanceCount?: number | undefined;
                    volumeSize?: number | undefined;
                    hyperparameters?: Record<string, string> | undefined;
                    metrics?: Record<string, string> | undefined;
                    network?: "isolated" | "connected" | undefined;
                    maxRuntime?: number | undefined;
                };
            };
            output: {};
            outputFormat: string;
            status: import("hono/utils/http-status").StatusCode;
        };
    }>;
} & {
    "training-jobs": {
        typescript: import("hono/client").ClientRequest<string, "/training-jobs/typescript", {
            $post: {
                input: {
                    json: {
                        script: string;
                        instanceType: string;
                        name?: string | undefined;
                        data?: string | undefined;
                        framework?: string | undefined;
                        instanceCount?: number | undefined;
                        volumeSize?: number | undefined;
                        hyperparameters?: Record<string, string> | undefined;
                        metrics?: Record<string, string> | undefined;
                        network?: "isolated" | "connected" | undefined;
                        maxRuntime?: number | undefined;
                    };
                };
                output: {
                    code: string;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    "training-jobs": {
        ":name": import("hono/client").ClientRequest<string, "/training-jobs/:name", {
            $get: {
                input: {
                    param: {
                        name: string;
                    };
                };
                output: {
                    configuration: {
                        image: string | undefined;
                        script: string;
                        instanceType: import("@aws-sdk/client-sagemaker").TrainingInstanceType | undefined;
                        instanceCount: number | undefined;
                        volumeSize: number | undefined;
                        maxRuntime: number | undefined;
                        network: "isolated" | "connected";
                        role: string | undefined;
                        output: string | undefined;
                        inputs: {
                            channel: string;
                            uri: string | undefined;
                            mode: import("@aws-sdk/client-sagemaker").TrainingInputMode | undefined;
                        }[];
                        hyperparameters: {
                            name: string;
                            value: string;
                        }[];
                        metrics: {
                            name: string;
                            regex: string;
                        }[];
                    };
                    status: string;
                    phase: import("@aws-sdk/client-sagemaker").SecondaryStatus | undefined;
                    failure: string | undefined;
                    createdAt: string | undefined;
                    startedAt: string | undefined;
                    endedAt: string | undefined;
                    artifacts: string | undefined;
                    transitions: {
                        phase: string;
                        startedAt: string | undefined;
                        endedAt: string | undefined;
                        message: string | undefined;
                    }[];
                    name: string;
                    arn: string | undefined;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    "training-jobs": {
        ":name": {
            form: import("hono/client").ClientRequest<string, "/training-jobs/:name/form", {
                $get: {
                    input: {
                        param: {
                            name: string;
                        };
                    };
                    output: {
                        script: string;
                        instanceType: string;
                        instanceCount: number;
                        volumeSize: number;
                        hyperparameters: {
                            [x: string]: string;
                        };
                        metrics: {
                            [x: string]: string;
                        };
                        network: "isolated" | "connected";
                        maxRuntime: number;
                        name?: string | undefined;
                        data?: string | undefined;
                        framework?: string | undefined;
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    "training-jobs": {
        ":name": {
            metrics: import("hono/client").ClientRequest<string, "/training-jobs/:name/metrics", {
                $get: {
                    input: {
                        param: {
                            name: string;
                        };
                    };
                    output: {
                        readonly points: readonly {
                            readonly name: string;
                            readonly timestamp: string;
                            readonly value: number;
                        }[];
                        readonly last: {
                            readonly [x: string]: number;
                        };
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    "training-jobs": {
        ":name": {
            events: import("hono/client").ClientRequest<string, "/training-jobs/:name/events", {
                $get: {
                    input: {
                        param: {
                            name: string;
                        };
                    } & {
                        query: {
                            after?: string | undefined;
                        };
                    };
                    output: {};
                    outputFormat: string;
                    status: import("hono/utils/http-status").StatusCode;
                };
            }>;
        };
    };
} & {
    "training-jobs": {
        ":name": {
            log: import("hono/client").ClientRequest<string, "/training-jobs/:name/log", {
                $get: {
                    input: {
                        param: {
                            name: string;
                        };
                    };
                    output: string;
                    outputFormat: "text";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    "training-jobs": {
        ":name": {
            stop: import("hono/client").ClientRequest<string, "/training-jobs/:name/stop", {
                $post: {
                    input: {
                        param: {
                            name: string;
                        };
                    };
                    output: {
                        stopping: true;
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    endpoints: import("hono/client").ClientRequest<string, "/endpoints", {
        $get: {
            input: {
                query: {
                    search?: string | undefined;
                    status?: string | undefined;
                    limit?: string | string[];
                    next?: string | undefined;
                };
            };
            output: {
                items: {
                    name: string;
                    status: string | undefined;
                    createdAt: string | undefined;
                    endedAt: string | undefined;
                }[];
                next: string | undefined;
            };
            outputFormat: "json";
            status: import("hono/utils/http-status").ContentfulStatusCode;
        };
        $post: {
            input: {
                json: {
                    trainingJob: string;
                    name?: string | undefined;
                    instanceType?: string | undefined;
                };
            };
            output: {};
            outputFormat: string;
            status: import("hono/utils/http-status").StatusCode;
        };
    }>;
} & {
    endpoints: {
        ":name": import("hono/client").ClientRequest<string, "/endpoints/:name", {
            $get: {
                input: {
                    param: {
                        name: string;
                    };
                };
                output: {
                    name: string;
                    arn: string | undefined;
                    status: string;
                    failure: string | undefined;
                    createdAt: string | undefined;
                    modifiedAt: string | undefined;
                    configuration: string | undefined;
                    variants: {
                        name: string;
                        image: string | undefined;
                        instances: number | undefined;
                        wantedInstances: number | undefined;
                        weight: number | undefined;
                    }[];
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
            $delete: {
                input: {
                    param: {
                        name: string;
                    };
                };
                output: {
                    deleted: true;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
} & {
    endpoints: {
        ":name": {
            log: import("hono/client").ClientRequest<string, "/endpoints/:name/log", {
                $get: {
                    input: {
                        param: {
                            name: string;
                        };
                    };
                    output: {
                        lines: {
                            source: string;
                            timestamp: string;
                            message: string;
                        }[];
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    endpoints: {
        ":name": {
            invocations: import("hono/client").ClientRequest<string, "/endpoints/:name/invocations", {
                $post: {
                    input: {
                        param: {
                            name: string;
                        };
                    } & {
                        json: {
                            body: string;
                            contentType?: "text/csv" | "application/json" | undefined;
                        };
                    };
                    output: {
                        contentType: string;
                        text: string;
                        milliseconds: number;
                    };
                    outputFormat: "json";
                    status: import("hono/utils/http-status").ContentfulStatusCode;
                };
            }>;
        };
    };
} & {
    models: import("hono/client").ClientRequest<string, "/models", {
        $get: {
            input: {
                query: {
                    search?: string | undefined;
                    status?: string | undefined;
                    limit?: string | string[];
                    next?: string | undefined;
                };
            };
            output: {
                items: {
                    name: string;
                    status: string | undefined;
                    createdAt: string | undefined;
                    endedAt: string | undefined;
                }[];
                next: string | undefined;
            };
            outputFormat: "json";
            status: import("hono/utils/http-status").ContentfulStatusCode;
        };
    }>;
} & {
    models: {
        ":name": import("hono/client").ClientRequest<string, "/models/:name", {
            $get: {
                input: {
                    param: {
                        name: string;
                    };
                };
                output: {
                    name: string;
                    arn: string | undefined;
                    createdAt: string | undefined;
                    image: string | undefined;
                    artifacts: string | undefined;
                    role: string | undefined;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
            $delete: {
                input: {
                    param: {
                        name: string;
                    };
                };
                output: {
                    deleted: true;
                };
                outputFormat: "json";
                status: import("hono/utils/http-status").ContentfulStatusCode;
            };
        }>;
    };
};
/** The JSON of an answer, or its error. A page where JSON was expected is Jupyter's login. */
export declare function read<T>(pending: Promise<ClientResponse<T, number, 'json'>>): Promise<T>;
//# sourceMappingURL=client.d.ts.map