import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { ProjectEnvironmentProps } from '../constructs/project-environment.ts';
import { ProjectStack } from './project-stack.ts';

export interface CreateAppProps extends ProjectEnvironmentProps {
  /** Folder of the synthesized assembly. */
  readonly outdir: string;
}

/** The CDK application. It asks AWS for nothing: the same settings give the same templates on every machine. */
export function createApp({ outdir, ...environment }: CreateAppProps): App {
  const app = new App({
    outdir,
    analyticsReporting: false,
    // There is no cdk.json: the flags of a project that starts today.
    context: flags,
    // The CLI checks the bootstrap version itself; a rule in the template would be a second, weaker copy.
    defaultStackSynthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  new ProjectStack(app, environment);
  return app;
}
