import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CloudFormationProduct, CloudFormationTemplate, Portfolio, TagOptions } from 'aws-cdk-lib/aws-servicecatalog';
import { Construct } from 'constructs';
import { NotebookProduct } from '../products/notebook-product.ts';
import type { NotebookProductProps } from '../products/notebook-product.ts';
import { tagPurpose } from './tag-purpose.ts';

export interface NotebookPortfolioProps extends NotebookProductProps {
  readonly environmentType: string;
  /** Roles that may launch. */
  readonly users: readonly IRole[];
  /** Service Catalog creates the notebook with this role, so users need no right to create one. */
  readonly launchRole: IRole;
}

/** The project's self-service: a notebook, launched by people who cannot create one themselves. */
export class NotebookPortfolio extends Construct {
  constructor(scope: Construct, id: string, { environmentType, users, launchRole, ...notebook }: NotebookPortfolioProps) {
    super(scope, id);
    const portfolio = tagPurpose(
      new Portfolio(this, 'Portfolio', {
        displayName: `Sealab ${notebook.project}`,
        providerName: 'Sealab',
        description: `What members of ${notebook.project} launch themselves`,
      }),
      'portfolio',
    );
    const product = tagPurpose(
      new CloudFormationProduct(this, 'Notebook', {
        productName: `sealab-${notebook.project}-notebook`,
        owner: 'Sealab',
        description: 'A notebook in the project’s network, with the panel, the SDK and the approved packages',
        productVersions: [
          {
            productVersionName: '1',
            validateTemplate: true,
            cloudFormationTemplate: CloudFormationTemplate.fromProductStack(new NotebookProduct(this, 'NotebookTemplate', notebook)),
          },
        ],
      }),
      'notebook',
    );
    portfolio.addProduct(product);
    portfolio.setLaunchRole(product, launchRole);
    portfolio.associateTagOptions(
      new TagOptions(this, 'TagOptions', { allowedValuesForTags: { 'sealab:environment-type': [environmentType] } }),
    );
    for (const user of users) portfolio.giveAccessToRole(user);
  }
}
