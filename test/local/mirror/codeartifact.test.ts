import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Call, EmulatedService } from '../../../local/gateway/call.ts';

const home = mkdtempSync(join(tmpdir(), 'sealab-codeartifact-'));
process.env['SEALAB_HOME'] = home;
const { createCodeArtifactService } = await import('../../../local/gateway/services/codeartifact/service.ts');
const { verifyToken } = await import('../../../local/mirror/token.ts');
afterAll(() => rmSync(home, { recursive: true }));

let service: EmulatedService;
beforeEach(() => {
  rmSync(join(home, 'state'), { recursive: true, force: true });
  service = createCodeArtifactService();
});

function call(operation: string, input: Record<string, unknown>): unknown {
  const handler = service.operations[operation];
  if (handler === undefined) throw new Error(`no operation ${operation}`);
  return handler({
    service: 'codeartifact',
    operation,
    input,
    accountId: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  } as unknown as Call);
}
const create = (): void => {
  call('CreateDomain', { domain: 'sealab-x', encryptionKey: 'arn:aws:kms:eu-west-1:111122223333:key/1' });
  call('CreateRepository', { domain: 'sealab-x', repository: 'approved', tags: [{ key: 'sealab:purpose', value: 'mirror' }] });
};

describe('CodeArtifact', () => {
  it('keeps domains and repositories across a restart', () => {
    create();
    service = createCodeArtifactService();
    expect(call('DescribeDomain', { domain: 'sealab-x' })).toMatchObject({
      domain: { name: 'sealab-x', repositoryCount: 1, encryptionKey: expect.stringContaining('key/1') },
    });
    const { repository } = call('DescribeRepository', { domain: 'sealab-x', repository: 'approved' }) as { repository: { arn: string } };
    expect(repository.arn).toBe('arn:aws:codeartifact:eu-west-1:111122223333:repository/sealab-x/approved');
    expect(call('ListTagsForResource', { resourceArn: repository.arn })).toEqual({ tags: [{ key: 'sealab:purpose', value: 'mirror' }] });
  });

  it('gives the mirror’s address and tokens that it accepts', () => {
    create();
    const { repositoryEndpoint } = call('GetRepositoryEndpoint', {
      domain: 'sealab-x',
      repository: 'approved',
      format: 'pypi',
    }) as { repositoryEndpoint: string };
    expect(repositoryEndpoint).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/pypi\/approved\/$/);
    const { authorizationToken, expiration } = call('GetAuthorizationToken', {
      domain: 'sealab-x',
      durationSeconds: 900,
    }) as { authorizationToken: string; expiration: Date };
    expect(verifyToken(authorizationToken)).toBe('sealab-x');
    expect(verifyToken(authorizationToken, expiration.getTime() + 1_000)).toBeUndefined();
  });

  it.each([
    ['a second domain of the name', 'CreateDomain', { domain: 'sealab-x' }, 'ConflictException'],
    ['a second repository of the name', 'CreateRepository', { domain: 'sealab-x', repository: 'approved' }, 'ConflictException'],
    ['a bad name', 'CreateDomain', { domain: 'Sealab' }, 'ValidationException'],
    ['a domain that is not there', 'GetAuthorizationToken', { domain: 'other' }, 'ResourceNotFoundException'],
    ['another account’s domain', 'GetAuthorizationToken', { domain: 'sealab-x', domainOwner: '444455556666' }, 'ResourceNotFoundException'],
    ['deleting a domain with repositories', 'DeleteDomain', { domain: 'sealab-x' }, 'ConflictException'],
    [
      'a format that the mirror lacks',
      'GetRepositoryEndpoint',
      { domain: 'sealab-x', repository: 'approved', format: 'maven' },
      'ValidationException',
    ],
    ['a token for a minute', 'GetAuthorizationToken', { domain: 'sealab-x', durationSeconds: 60 }, 'ValidationException'],
  ])('refuses %s', (_, operation, input, code) => {
    create();
    expect(() => call(operation, input)).toThrow(expect.objectContaining({ code }));
  });

  it('deletes what is empty', () => {
    create();
    call('DeleteRepository', { domain: 'sealab-x', repository: 'approved' });
    call('DeleteDomain', { domain: 'sealab-x' });
    expect(call('ListDomains', {})).toEqual({ domains: [] });
  });
});
