import { CfnDomain, CfnRepository } from 'aws-cdk-lib/aws-codeartifact';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { tagPurpose } from './tag-purpose.ts';

export interface PackageMirrorProps {
  readonly project: string;
  readonly key: IKey;
}

/** Approved packages, Python and npm. The repository has no upstream and no external connection: nothing gets in by itself. */
export class PackageMirror extends Construct {
  readonly domain: string;
  readonly repository = 'approved';

  constructor(scope: Construct, id: string, { project, key }: PackageMirrorProps) {
    super(scope, id);
    this.domain = `sealab-${project}`;
    const domain = tagPurpose(new CfnDomain(this, 'Domain', { domainName: this.domain, encryptionKey: key.keyArn }), 'mirror');
    const repository = tagPurpose(
      new CfnRepository(this, 'Approved', {
        domainName: this.domain,
        repositoryName: this.repository,
        description: `Sealab ${project}: packages that were looked at and approved`,
      }),
      'mirror',
    );
    repository.addResourceDependency(domain);
  }
}
