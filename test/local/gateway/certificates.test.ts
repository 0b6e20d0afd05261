import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { serverCertificate } from '../../../local/gateway/tls/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealab-certificates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the server’s certificate', () => {
  it('is kept from start to start', () => {
    expect(serverCertificate(folder).cert).toBe(serverCertificate(folder).cert);
  });

  it('has a serial number that every TLS library takes: positive, without leading zeros', () => {
    const { cert, caFile } = serverCertificate(folder);
    for (const pem of [cert, readFileSync(caFile, 'utf8')]) expect(new X509Certificate(pem).serialNumber).toMatch(/^01[0-9A-F]{32}$/);
  });

  it.each(['server.pem', 'server.key', 'ca.pem', 'ca.key'])('is made anew when %s is damaged', (name) => {
    serverCertificate(folder);
    writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').slice(0, 300));
    const { cert, caFile } = serverCertificate(folder);
    expect(new X509Certificate(cert).verify(new X509Certificate(readFileSync(caFile)).publicKey)).toBe(true);
  });
});
