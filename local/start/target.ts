import { join } from 'node:path';
import type { Target } from '../deploy/index.ts';
import { PATHS } from '../paths.ts';
import { readJson } from '../json-file.ts';
import { EnvironmentFailure } from './failure.ts';

/** Account, Region and partition that the templates were synthesized for. */
export function readTarget(): Target {
  const manifest = readJson(join(PATHS.synthesized, 'manifest.json')) as
    { artifacts: Record<string, { type: string; environment?: string }> } | undefined;
  const stack = Object.values(manifest?.artifacts ?? {}).find(({ type }) => type === 'aws:cloudformation:stack');
  const [, accountId, region] = /^aws:\/\/(\d{12})\/([a-z0-9-]+)$/.exec(stack?.environment ?? '') ?? [];
  if (accountId === undefined || region === undefined) {
    throw new EnvironmentFailure(
      'cdk.out holds no stack with an account and a Region.',
      'Set account and region in sealab.yaml and synthesize again: npm run synth.',
    );
  }
  return { accountId, region, partition: region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws' };
}
