import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAccessKey } from '../../../local/gateway/identity/administrator.ts';
import { CredentialStore } from '../../../local/gateway/identity/credentials.ts';
import { serverCertificate } from '../../../local/gateway/tls/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-credentials-'));
const administrator = newAccessKey('AKIA');
const store = () => new CredentialStore(folder, '111122223333', 'aws', administrator);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const request = { roleArn: 'arn:aws:iam::111122223333:role/sealab/p/r', roleId: 'AROAEXAMPLE', sessionName: 'job', seconds: 3600 };

describe('credentials', () => {
  it('of a session survive the process that gave them', () => {
    const session = store().startSession({ ...request, tags: { team: 'risk' } });
    const found = store().find(session.accessKeyId);
    expect(found).toMatchObject({
      secret: session.secretAccessKey,
      sessionToken: session.sessionToken,
      sessionTags: { team: 'risk' },
      administrator: false,
    });
    expect(found?.principal).toEqual({
      arn: 'arn:aws:sts::111122223333:assumed-role/r/job',
      roleArn: request.roleArn,
      sessionName: 'job',
      userId: 'AROAEXAMPLE:job',
      accountId: '111122223333',
    });
  });
  it('that ended are known as ended for an hour, then forgotten', () => {
    const ended = store().startSession({ ...request, seconds: -60 });
    const long = store().startSession({ ...request, seconds: -7200 });
    store().startSession(request);
    expect(store().find(ended.accessKeyId)?.expires).toBeLessThan(Date.now());
    expect(store().find(long.accessKeyId)).toBeUndefined();
  });
  it('lie in files that only their owner reads', () => {
    expect(statSync(join(folder, 'sessions.json')).mode & 0o777).toBe(0o600);
  });
  it('of the administrator are one user’s', () => {
    expect(store().find(administrator.accessKeyId)).toMatchObject({
      administrator: true,
      principal: { arn: 'arn:aws:iam::111122223333:user/administrator' },
    });
    expect(store().find('AKIANOBODY')).toBeUndefined();
  });
});

describe('certificates', () => {
  it('are made once and renewed when they are broken', () => {
    const place = join(folder, 'certificates');
    const first = serverCertificate(place);
    expect(serverCertificate(place)).toEqual(first);
    expect(statSync(join(place, 'ca.key')).mode & 0o777).toBe(0o600);
    rmSync(join(place, 'ca.pem'));
    const second = serverCertificate(place);
    expect(second.cert).not.toBe(first.cert);
    expect(readFileSync(second.caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});
