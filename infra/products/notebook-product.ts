import { OWNER_TAG, PROJECT_TAG, PURPOSE_TAG } from '@sealab/sdk/contract';
import { CfnOutput, CfnParameter, Fn } from 'aws-cdk-lib';
import { CfnNotebookInstance } from 'aws-cdk-lib/aws-sagemaker';
import { ProductStack } from 'aws-cdk-lib/aws-servicecatalog';
import type { Construct } from 'constructs';

/** Values of the project that the product reads from the exports of its stack when somebody launches it. */
export const NOTEBOOK_EXPORTS = ['subnet', 'security-group', 'volume-key', 'notebook-role', 'lifecycle'] as const;
export type NotebookExport = (typeof NOTEBOOK_EXPORTS)[number];
export const exportName = (project: string, name: NotebookExport): string => `sealab-${project}-${name}`;

export interface NotebookProductProps {
  readonly project: string;
  readonly instanceTypes: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A notebook instance. People choose its owner, type and size; everything about its security is fixed here. */
export class NotebookProduct extends ProductStack {
  constructor(scope: Construct, id: string, { project, instanceTypes, tags }: NotebookProductProps) {
    super(scope, id, { description: `Sealab ${project}: a notebook in the project's network` });
    const [smallest = ''] = instanceTypes;
    const owner = new CfnParameter(this, 'Owner', {
      description: 'Your user or session name: only you can open the notebook.',
      allowedPattern: '^[A-Za-z0-9][A-Za-z0-9=,.@_-]{1,63}$',
      constraintDescription: 'must be your user or session name: letters, digits and = , . @ _ -',
    });
    const email = new CfnParameter(this, 'Email', {
      description: 'Where the owner can be reached; the author of commits made in the notebook.',
      allowedPattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
      constraintDescription: 'must be an e-mail address',
    });
    const instanceType = new CfnParameter(this, 'InstanceType', {
      description: 'Size of the machine.',
      default: smallest,
      allowedValues: [...instanceTypes],
    });
    const volumeSize = new CfnParameter(this, 'VolumeSize', {
      description: 'Size of the disk in GB.',
      type: 'Number',
      default: 20,
      minValue: 5,
      maxValue: 500,
    });

    const fromProject = (name: NotebookExport) => Fn.importValue(exportName(project, name));
    const notebook = new CfnNotebookInstance(this, 'Notebook', {
      notebookInstanceName: Fn.join('-', ['sealab', project, Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', this.stackId))))]),
      instanceType: instanceType.valueAsString,
      volumeSizeInGb: volumeSize.valueAsNumber,
      platformIdentifier: 'notebook-al2023-v1',
      subnetId: fromProject('subnet'),
      securityGroupIds: [fromProject('security-group')],
      kmsKeyId: fromProject('volume-key'),
      roleArn: fromProject('notebook-role'),
      lifecycleConfigName: fromProject('lifecycle'),
      directInternetAccess: 'Disabled',
      rootAccess: 'Disabled',
      instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: '2' },
      tags: [
        ...Object.entries({ ...tags, [PROJECT_TAG]: project, [PURPOSE_TAG]: 'notebook' }).map(([key, value]) => ({ key, value })),
        { key: OWNER_TAG, value: owner.valueAsString },
        { key: 'sealab:owner-email', value: email.valueAsString },
      ],
    });

    new CfnOutput(this, 'NotebookName', { description: 'Name of the notebook instance.', value: notebook.attrNotebookInstanceName });
    new CfnOutput(this, 'NotebookUrl', {
      description: 'Where to open the notebook.',
      value: Fn.join('', [
        'https://',
        this.region,
        '.console.',
        this.urlSuffix,
        '/sagemaker/home?region=',
        this.region,
        '#/notebook-instances/openNotebook/',
        notebook.attrNotebookInstanceName,
        '?view=lab',
      ]),
    });
  }
}
