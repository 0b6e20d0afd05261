import { QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { read, service } from './client.ts';
import { mayPass } from './service-error.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 3 && mayPass(error),
      staleTime: 2000,
      refetchOnWindowFocus: true,
      // The browser's idea of being online says nothing about a Jupyter server on this machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

export type SealedKind = 'training-jobs' | 'models' | 'endpoints';
export type ListKind = SealedKind;
export interface ListFilter {
  readonly search?: string;
  readonly status?: string;
}

const HOUR = 3_600_000;
/** Lines asked for at a time. */
const PAGE = 20;

/** Every question that the panel asks, by name. */
export const queries = {
  environment: queryOptions({ queryKey: ['environment'], queryFn: () => read(service.environment.$get()), staleTime: HOUR }),
  posture: queryOptions({
    queryKey: ['posture'],
    queryFn: () => read(service.environment.posture.$get({ query: {} })),
    staleTime: 60_000,
    refetchInterval: 120_000,
  }),
  trainingForm: queryOptions({ queryKey: ['training-form'], queryFn: () => read(service.forms.training.$get()), staleTime: HOUR }),
  files: (kind: 'script' | 'data') =>
    queryOptions({ queryKey: ['files', kind], queryFn: () => read(service.forms.files.$get({ query: { kind } })) }),
  templates: queryOptions({ queryKey: ['templates'], queryFn: () => read(service.forms.templates.$get()), staleTime: 60_000 }),

  list: (kind: ListKind, filter: ListFilter = {}) =>
    infiniteQueryOptions({
      queryKey: ['list', kind, filter],
      queryFn: ({ pageParam }) =>
        read(
          service[kind].$get({
            query: {
              limit: String(PAGE),
              ...(filter.search && { search: filter.search }),
              ...(filter.status && { status: filter.status }),
              ...(pageParam && { next: pageParam }),
            },
          }),
        ),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
      placeholderData: keepPreviousData,
    }),
  seals: (kind: SealedKind, names: readonly string[]) =>
    queryOptions({
      queryKey: ['seals', kind, names],
      queryFn: () => read(service.seals[':kind'].$get({ param: { kind }, query: { name: [...names] } })),
      enabled: names.length > 0,
      staleTime: 60_000,
      placeholderData: keepPreviousData,
    }),
  seal: (kind: SealedKind, name: string) =>
    queryOptions({
      queryKey: ['seal', kind, name],
      queryFn: () => read(service.seals[':kind'][':name'].$get({ param: { kind, name } })),
      staleTime: 60_000,
    }),

  job: (name: string) =>
    queryOptions({ queryKey: ['job', name], queryFn: () => read(service['training-jobs'][':name'].$get({ param: { name } })) }),
  jobForm: (name: string) =>
    queryOptions({ queryKey: ['job-form', name], queryFn: () => read(service['training-jobs'][':name'].form.$get({ param: { name } })) }),
  metrics: (name: string) =>
    queryOptions({ queryKey: ['metrics', name], queryFn: () => read(service['training-jobs'][':name'].metrics.$get({ param: { name } })) }),
  endpoint: (name: string) =>
    queryOptions({ queryKey: ['endpoint', name], queryFn: () => read(service.endpoints[':name'].$get({ param: { name } })) }),
  endpointLog: (name: string) =>
    queryOptions({ queryKey: ['endpoint-log', name], queryFn: () => read(service.endpoints[':name'].log.$get({ param: { name } })) }),
} as const;

type Answer<Q> = Q extends { queryFn?: infer F } ? (F extends (...args: never[]) => infer R ? Awaited<R> : never) : never;
export type TrainingFormInfo = Answer<typeof queries.trainingForm>;
export type Posture = Answer<typeof queries.posture>;
export type Job = Answer<ReturnType<typeof queries.job>>;
export type Endpoint = Answer<ReturnType<typeof queries.endpoint>>;
export type Seal = Answer<ReturnType<typeof queries.seal>>;
export type Metrics = Answer<ReturnType<typeof queries.metrics>>;
export type Template = Answer<typeof queries.templates>['templates'][number];

/** What a new job, a stop or a removal changes. */
export const refreshLists = () => queryClient.invalidateQueries({ queryKey: ['list'] });
