import { autoMLJob } from './automl/auto-ml-job.ts';
import { createClients } from './clients/clients.ts';
import { defaultCredentials, memoized } from './clients/credentials.ts';
import type { LabContext } from './context.ts';
import type { EnvironmentDescription } from './contract/index.ts';
import { loadEnvironment, parseEnvironment } from './environment/index.ts';
import { endpoint, model } from './hosting/endpoint.ts';
import type { Attached, ConnectOptions, Lab } from './lab-api.ts';
import { endpointConfig, notebookInstance } from './listing/described.ts';
import { list, search } from './listing/list.ts';
import { executionArn, resourceName } from './listing/resource-name.ts';
import type { LabRequest } from './planning/api.ts';
import { displayable, sealView } from './notebook/display.ts';
import { interruptSignal } from './notebook/interrupt.ts';
import type { PipelineOptions, PipelineRequest } from './pipelines/api.ts';
import { processingJob } from './processing/processing-job.ts';
import { modelPackage } from './registry/model-package.ts';
import { modelPackageGroup, registry } from './registry/registry.ts';
import { explainDenial, secureFields } from './secure/index.ts';
import { train } from './training/train.ts';
import { trainingJob } from './training/training-job.ts';
import { transformJob } from './transform/transform-job.ts';
import { tuningJob } from './tuning/tuning-job.ts';
import { upload } from './inputs/upload.ts';
import { oneOf } from './jobs/options.ts';
import { follow, waitAll } from './waiting/follow.ts';

/**
 * Opens the project environment of this machine: reads the environment document and makes the clients ready. Nothing is
 * asked of AWS yet.
 *
 * @throws SealabError `EnvironmentNotFound`, `EnvironmentInvalid`, `EnvironmentVersionUnknown`.
 * @example
 * const lab = await connect();
 * const job = await lab.train({ script: 'train.py', data: 'credit.csv', metrics: { auc: 'auc=([0-9.]+)' } });
 * for await (const line of job.logs()) console.log(line.message);
 * const endpoint = await lab.deploy(job);
 */
export function connect(options: ConnectOptions = {}): Promise<Lab> {
  // A promise from the start: what is read from a file today may be asked of a service tomorrow.
  return Promise.resolve().then(() => {
    const environment = documentOf(options.environment);
    const given = options.credentials;
    const credentials =
      given === undefined ? defaultCredentials() : typeof given === 'function' ? memoized(given) : () => Promise.resolve(given);
    const closing = new AbortController();
    // Taken now, so that an interrupt during the first call is caught already.
    interruptSignal();
    const clients = createClients({ environment, credentials, endpointUrl: options.endpointUrl });
    return labOf({ environment, clients, credentials, endpointUrl: options.endpointUrl, closed: closing.signal }, () => {
      closing.abort(new DOMException('The lab was closed.', 'AbortError'));
      clients.destroy();
    });
  });
}

function documentOf(given: ConnectOptions['environment']): EnvironmentDescription {
  return typeof given === 'object' ? parseEnvironment(JSON.stringify(given), 'options.environment') : loadEnvironment(given);
}

function labOf(context: LabContext, close: () => void): Lab {
  const { environment, clients } = context;
  const handles: { readonly [K in keyof Attached]: (name: string) => Attached[K] } = {
    'training-jobs': (name) => trainingJob(context, name),
    'processing-jobs': (name) => processingJob(context, name),
    'transform-jobs': (name) => transformJob(context, name),
    'tuning-jobs': (name) => tuningJob(context, name),
    'automl-jobs': (name) => autoMLJob(context, name),
    models: (name) => model(context, name),
    endpoints: (name) => endpoint(context, name),
    'endpoint-configs': (name) => endpointConfig(context, name),
    'model-packages': (name) => modelPackage(context, name),
    'model-package-groups': (name) => modelPackageGroup(context, name),
    pipelines: (name) => lab.pipeline(name),
    'pipeline-executions': async (name) =>
      (await import('./pipelines/execution.ts')).pipelineExecution(context, executionArn(name, environment)),
    'feature-groups': (name) => lab.features.group(name),
    'notebook-instances': (name) => notebookInstance(context, name),
  };
  const attached = <K extends keyof Attached>(kind: K, name: string): Attached[K] =>
    handles[oneOf('kind', kind, Object.keys(handles) as K[])](resourceName(kind, name, environment));
  const seal: Lab['seal'] = async (kind, name) => {
    const result = await (await attached(kind, name)).seal();
    return displayable(result, () => sealView(result));
  };
  const refuseWhatFails = async (request: LabRequest & { readonly preflight?: boolean }): Promise<void> => {
    if (request.preflight !== true) return;
    const { preflight, refuseProblems } = await import('./planning/preflight/preflight.ts');
    refuseProblems(await preflight(context, request));
  };
  const lab: Lab = {
    environment,
    clients,
    train: async (request) => {
      await refuseWhatFails({ ...request, kind: 'train' });
      return train(context, request);
    },
    plan: async (request) => (await import('./planning/plan.ts')).plan(context, request),
    preflight: async (request, options) => (await import('./planning/preflight/preflight.ts')).preflight(context, request, options),
    process: async (request) => {
      await refuseWhatFails({ ...request, kind: 'process' });
      return (await import('./processing/process.ts')).process(context, request);
    },
    transform: async (request) => (await import('./transform/transform.ts')).transform(context, request),
    tune: async (request) => {
      await refuseWhatFails({ ...request, kind: 'tune' });
      return (await import('./tuning/tune.ts')).tune(context, request);
    },
    autoML: async (request) => (await import('./automl/auto-ml.ts')).autoML(context, request),
    deploy: async (source, request) => (await import('./hosting/deploy.ts')).deploy(context, source, request),
    registry: registry(context),
    features: {
      create: async (options) => (await import('./features/feature-group.ts')).features(context).create(options),
      group: async (name) => (await import('./features/feature-group.ts')).features(context).group(name),
    },
    experiments: {
      run: async (experiment, options) => (await import('./experiments/experiments.ts')).experiments(context).run(experiment, options),
      compare: async (experiment, options) =>
        (await import('./experiments/experiments.ts')).experiments(context).compare(experiment, options),
    },
    monitor: {
      baseline: async (options) => (await import('./monitoring/monitor.ts')).monitor(context).baseline(options),
      drift: async (options) => (await import('./monitoring/monitor.ts')).monitor(context).drift(options),
      explain: async (options) => (await import('./monitoring/monitor.ts')).monitor(context).explain(options),
    },
    pipeline: (async (name: string, build?: PipelineRequest['build'], options?: PipelineOptions) => {
      const { builtPipeline, pipeline } = await import('./pipelines/pipeline.ts');
      return build === undefined ? pipeline(context, name) : builtPipeline(context, name, build, options);
    }) as Lab['pipeline'],
    upload: (data, request) => upload({ s3: clients.s3, environment }, data, request),
    list: (kind, filters) => list(context, kind, filters),
    search: (kind, filters) => search(context, kind, filters),
    attach: <K extends keyof Attached>(name: string, kind?: K) => attached(kind ?? ('training-jobs' as K), name),
    waitAll,
    follow,
    checks: async () => (await import('./posture/checks.ts')).checks(context, seal),
    seal,
    secureFields: (operation) => secureFields(operation, environment),
    explain: (error, operation, input) => explainDenial(error, operation, input, environment),
    close,
  };
  return displayable(
    lab,
    () => ({
      'text/plain': `Sealab: project ${environment.project} (${environment.environmentType}) in ${environment.account} ${environment.region}`,
    }),
    () => `Lab { project: '${environment.project}', account: '${environment.account}', region: '${environment.region}' }`,
  );
}
