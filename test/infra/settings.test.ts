import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasLocalNvme } from '../../infra/settings/instance-storage.ts';
import { parseSettings, readSettings, SettingsError } from '../../infra/settings/read-settings.ts';

const file = join(import.meta.dirname, '../../sealab.yaml');
const sample = readFileSync(file, 'utf8');

/** What the reader says about the sample with one line changed. */
function complaint(from: string | RegExp, to: string): string {
  const changed = sample.replace(from, to);
  expect(changed).not.toBe(sample);
  try {
    parseSettings(changed, 'sealab.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).message;
  }
  return 'nothing';
}

describe('sealab.yaml', () => {
  it('of the repository is valid', () => {
    expect(readSettings(file).project).toBe('credit-risk');
  });

  it.each([
    ['an account that is a number', /account: .*/, 'account: 111122223333', "sealab.yaml: account: write it in quotes: '111122223333'."],
    ['an account of eleven digits', /account: .*/, "account: '11112222333'", 'sealab.yaml: account: must be an AWS account id.'],
    [
      'a Region that nothing is known about',
      /region: .*/,
      'region: mars-north-1',
      'sealab.yaml: region: the facts about the Region mars-north-1 are not known; write one of us-east-1, ',
    ],
    ['a project name with capitals', /project: .*/, 'project: CreditRisk', 'sealab.yaml: project: must be 2 to 20 lower-case letters'],
    ['a wildcard among people', '- user/administrator', '- role/*', 'sealab.yaml: people.administrators[0]: '],
    ['a whole ARN among people', '- user/administrator', '- arn:aws:iam::111122223333:user/x', 'write the end of an IAM ARN'],
    ['a network too small', 'cidr: 10.20.0.0/16', 'cidr: 10.20.0.0/24', 'sealab.yaml: network.cidr: write a block from /16 to /20.'],
    [
      'a network with a number over 255',
      'cidr: 10.20.0.0/16',
      'cidr: 10.320.0.0/16',
      'sealab.yaml: network.cidr: write numbers from 0 to 255',
    ],
    ['one zone', 'availabilityZones: 2', 'availabilityZones: 1', 'sealab.yaml: network.availabilityZones: two zones at least'],
    [
      'everywhere as the office',
      '[127.0.0.1/32]',
      '[0.0.0.0/0]',
      'sealab.yaml: network.notebookAccessFrom[0]: write a block from /8 to /32.',
    ],
    [
      'an instance with a local disk',
      'training: [ml.m5.large',
      'training: [ml.g5.xlarge',
      'sealab.yaml: instanceTypes.training[0]: ml.g5.xlarge has a local NVMe disk, which the volume key cannot encrypt; write',
    ],
    [
      'the same instance twice',
      'processing: [ml.m5.large,',
      'processing: [ml.m5.xlarge,',
      'sealab.yaml: instanceTypes.processing: write each instance type once.',
    ],
    [
      'an image without its tag',
      'logRetentionDays: 365',
      'images:\n  xgboost: 141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost\nlogRetentionDays: 365',
      'sealab.yaml: images.xgboost: write an image with its tag:',
    ],
    [
      'an image of a public registry',
      'logRetentionDays: 365',
      'images:\n  xgboost: public.ecr.aws/somebody/xgboost:1\nlogRetentionDays: 365',
      'sealab.yaml: images.xgboost: write an image with its tag:',
    ],
    [
      'an image of another Region',
      'logRetentionDays: 365',
      'images:\n  xgboost: 141502667606.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1\nlogRetentionDays: 365',
      'sealab.yaml: images.xgboost: write an image of eu-west-1:',
    ],
    [
      'a retention that CloudWatch does not have',
      'logRetentionDays: 365',
      'logRetentionDays: 366',
      'sealab.yaml: logRetentionDays: CloudWatch Logs keeps logs for one of 30,',
    ],
    ['a tag that is Sealab’s', 'cost-centre:', 'sealab:project:', 'sealab.yaml: tags.sealab:project: '],
    [
      'a setting that does not exist',
      'logRetentionDays: 365',
      'logRetentionDay: 365',
      'sealab.yaml: logRetentionDays: missing; write a value (number).\nsealab.yaml: logRetentionDay: there is no such setting',
    ],
    [
      'a setting that does not exist, deeper',
      'connectedAllowed: true',
      'connectedAllowed: true\n  nat: true',
      'sealab.yaml: network.nat: there is no such setting',
    ],
    ['no YAML', 'account:', '{account:', 'sealab.yaml: not YAML.'],
  ])('refuses %s, naming file, place and what to write', (_, from, to, expected) => {
    expect(complaint(from, to)).toContain(expected);
  });

  it('says of an image that is none only that', () => {
    const images = 'images:\n  xgboost: public.ecr.aws/somebody/xgboost:1\nlogRetentionDays: 365';
    expect(complaint('logRetentionDays: 365', images).split('\n')).toHaveLength(1);
  });

  it('says so when it is not there, or empty', () => {
    expect(() => readSettings('/nowhere/sealab.yaml')).toThrow('/nowhere/sealab.yaml: the file is not there.');
    expect(() => parseSettings('', 'sealab.yaml')).toThrow('sealab.yaml: account: missing');
  });
});

describe('instance types', () => {
  it.each([
    'ml.m5d.large',
    'ml.c5d.xlarge',
    'ml.c6id.xlarge',
    'ml.r5dn.large',
    'ml.g4dn.xlarge',
    'ml.g5.xlarge',
    'ml.g6.xlarge',
    'ml.g6e.xlarge',
    'ml.p3dn.24xlarge',
    'ml.p4d.24xlarge',
    'ml.p5.48xlarge',
    'ml.trn1.2xlarge',
    'ml.i3.large',
  ])('%s has a local disk', (type) => expect(hasLocalNvme(type)).toBe(true));
  it.each([
    'ml.m5.large',
    'ml.m6i.xlarge',
    'ml.c5n.xlarge',
    'ml.c7i.large',
    'ml.r5.large',
    'ml.t3.medium',
    'ml.p3.2xlarge',
    'ml.inf1.xlarge',
    'ml.inf2.xlarge',
  ])('%s has none', (type) => expect(hasLocalNvme(type)).toBe(false));
});
