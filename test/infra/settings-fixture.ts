import { Settings } from '../../infra/settings/settings.ts';

/** A valid sealab.yaml as data; tests change one thing at a time. */
export const settings = (change: Partial<Settings> = {}): Settings =>
  Settings.parse({
    account: '111122223333',
    region: 'eu-west-1',
    project: 'credit-risk',
    environmentType: 'development',
    people: {
      administrators: ['user/administrator'],
      dataScientists: ['user/ada', 'role/aws-reserved/sso.amazonaws.com/DataScientist'],
      approvers: ['user/grace'],
    },
    network: { cidr: '10.20.0.0/16', availabilityZones: 2, connectedAllowed: false, notebookAccessFrom: ['192.0.2.0/24'] },
    instanceTypes: {
      training: ['ml.m5.large', 'ml.m5.xlarge'],
      processing: ['ml.m5.xlarge'],
      hosting: ['ml.m5.large'],
      notebook: ['ml.t3.medium'],
    },
    images: { xgboost: '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1' },
    logRetentionDays: 365,
    tags: { 'cost-centre': '4711' },
    ...change,
  });
