import { QueryClient } from '@tanstack/react-query';
export declare const queryClient: QueryClient;
export type SealedKind = 'training-jobs' | 'models' | 'endpoints';
export type ListKind = SealedKind;
export interface ListFilter {
    readonly search?: string;
    readonly status?: string;
}
/** Every question that the panel asks, by name. */
export declare const queries: {
    readonly environment: import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly posture: import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly trainingForm: import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly files: (kind: "script" | "data") => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
        files: {
            readonly path: string;
            readonly bytes: number;
            readonly modifiedAt: string;
        }[];
    }, Error, {
        files: {
            readonly path: string;
            readonly bytes: number;
            readonly modifiedAt: string;
        }[];
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
            files: {
                readonly path: string;
                readonly bytes: number;
                readonly modifiedAt: string;
            }[];
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
        files: {
            readonly path: string;
            readonly bytes: number;
            readonly modifiedAt: string;
        }[];
    }, Error>;
    readonly templates: import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly list: (kind: ListKind, filter?: ListFilter) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseInfiniteQueryOptions<{
        items: {
            name: string;
            status: string | undefined;
            createdAt: string | undefined;
            endedAt: string | undefined;
        }[];
        next: string | undefined;
    }, Error, import("@tanstack/query-core").InfiniteData<{
        items: {
            name: string;
            status: string | undefined;
            createdAt: string | undefined;
            endedAt: string | undefined;
        }[];
        next: string | undefined;
    }, unknown>, (string | ListFilter)[], string>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
            items: {
                name: string;
                status: string | undefined;
                createdAt: string | undefined;
                endedAt: string | undefined;
            }[];
            next: string | undefined;
        }, (string | ListFilter)[], string>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<(string | ListFilter)[], import("@tanstack/query-core").InfiniteData<{
        items: {
            name: string;
            status: string | undefined;
            createdAt: string | undefined;
            endedAt: string | undefined;
        }[];
        next: string | undefined;
    }, unknown>, Error>;
    readonly seals: (kind: SealedKind, names: readonly string[]) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
        seals: {
            [x: string]: {
                readonly status: import("@sealab/sdk").SealStatus;
                readonly sealed: number;
                readonly broken: number;
                readonly notVerified: number;
            };
        };
    }, Error, {
        seals: {
            [x: string]: {
                readonly status: import("@sealab/sdk").SealStatus;
                readonly sealed: number;
                readonly broken: number;
                readonly notVerified: number;
            };
        };
    }, (string | readonly string[])[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
            seals: {
                [x: string]: {
                    readonly status: import("@sealab/sdk").SealStatus;
                    readonly sealed: number;
                    readonly broken: number;
                    readonly notVerified: number;
                };
            };
        }, (string | readonly string[])[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<(string | readonly string[])[], {
        seals: {
            [x: string]: {
                readonly status: import("@sealab/sdk").SealStatus;
                readonly sealed: number;
                readonly broken: number;
                readonly notVerified: number;
            };
        };
    }, Error>;
    readonly seal: (kind: SealedKind, name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly job: (name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly jobForm: (name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly metrics: (name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
        readonly points: readonly {
            readonly name: string;
            readonly timestamp: string;
            readonly value: number;
        }[];
        readonly last: {
            readonly [x: string]: number;
        };
    }, Error, {
        readonly points: readonly {
            readonly name: string;
            readonly timestamp: string;
            readonly value: number;
        }[];
        readonly last: {
            readonly [x: string]: number;
        };
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
            readonly points: readonly {
                readonly name: string;
                readonly timestamp: string;
                readonly value: number;
            }[];
            readonly last: {
                readonly [x: string]: number;
            };
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
        readonly points: readonly {
            readonly name: string;
            readonly timestamp: string;
            readonly value: number;
        }[];
        readonly last: {
            readonly [x: string]: number;
        };
    }, Error>;
    readonly endpoint: (name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
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
    }, Error, {
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
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
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
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
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
    }, Error>;
    readonly endpointLog: (name: string) => import("@tanstack/query-core").OmitKeyof<import("@tanstack/react-query").UseQueryOptions<{
        lines: {
            source: string;
            timestamp: string;
            message: string;
        }[];
    }, Error, {
        lines: {
            source: string;
            timestamp: string;
            message: string;
        }[];
    }, string[]>, "queryFn"> & {
        queryFn?: import("@tanstack/query-core").QueryFunction<{
            lines: {
                source: string;
                timestamp: string;
                message: string;
            }[];
        }, string[], never>;
    } & import("@tanstack/query-core").QueryKeyWithDataTag<string[], {
        lines: {
            source: string;
            timestamp: string;
            message: string;
        }[];
    }, Error>;
};
type Answer<Q> = Q extends {
    queryFn?: infer F;
} ? (F extends (...args: never[]) => infer R ? Awaited<R> : never) : never;
export type TrainingFormInfo = Answer<typeof queries.trainingForm>;
export type Posture = Answer<typeof queries.posture>;
export type Job = Answer<ReturnType<typeof queries.job>>;
export type Endpoint = Answer<ReturnType<typeof queries.endpoint>>;
export type Seal = Answer<ReturnType<typeof queries.seal>>;
export type Metrics = Answer<ReturnType<typeof queries.metrics>>;
export type Template = Answer<typeof queries.templates>['templates'][number];
/** What a new job, a stop or a removal changes. */
export declare const refreshLists: () => Promise<void>;
export {};
//# sourceMappingURL=queries.d.ts.map