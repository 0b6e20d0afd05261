import { Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ProjectEnvironment } from '../constructs/project-environment.ts';
import type { ProjectEnvironmentProps } from '../constructs/project-environment.ts';

/** One project environment as a stack of its own, in the account and Region of sealab.yaml. */
export class ProjectStack extends Stack {
  constructor(scope: Construct, props: ProjectEnvironmentProps) {
    const { account, region, project, environmentType } = props.settings;
    super(scope, `sealab-${project}`, {
      env: { account, region },
      description: `Sealab: the ${environmentType} environment of ${project}`,
      // Deleting is refused until somebody with the right to allow it has said so.
      terminationProtection: environmentType === 'production',
    });
    new ProjectEnvironment(this, 'Environment', props);
  }

  /** By position, not by letter: which letters an account has differs, and looking them up needs AWS at synthesis. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
