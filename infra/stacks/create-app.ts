import { createRequire } from 'node:module';
import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import type { ProjectEnvironmentProps } from '../constructs/project-environment.ts';
import { ProjectStack } from './project-stack.ts';

/** There is no cdk.json: the flags of a project that starts today. */
const flags = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') as Record<string, unknown>;

export interface CreateAppProps extends ProjectEnvironmentProps {
  /** Folder of the synthesized assembly. */
  readonly outdir: string;
}

/** The CDK application. It asks AWS for nothing: the same settings give the same templates on every machine. */
export function createApp({ outdir, ...environment }: CreateAppProps): App {
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: flags,
    // The CLI checks the bootstrap version itself; a rule in the template would be a second, weaker copy.
    defaultStackSynthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  new ProjectStack(app, environment);
  return app;
}
