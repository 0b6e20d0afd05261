import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** Path of the CA's certificate, for clients. */
  readonly caFile: string;
}

const DAY = 24 * 3600 * 1000;
const CA_NAME = [{ name: 'commonName', value: 'Sealab local certificate authority' }];

/**
 * The certificate of the gateway for 127.0.0.1 and localhost, signed by a certificate authority that is made at the
 * first start and lives in `folder` alone. The server's certificate is renewed a week before it ends.
 */
export function serverCertificate(folder: string): ServerCertificate {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, name);
  if (!isPair(path('ca.pem'), path('ca.key'))) {
    const { certificate, key } = makeCertificate(CA_NAME, 3650);
    certificate.setIssuer(CA_NAME);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ]);
    certificate.sign(key, forge.md.sha256.create());
    save(path('ca.key'), forge.pki.privateKeyToPem(key), 0o600);
    save(path('ca.pem'), forge.pki.certificateToPem(certificate), 0o644);
  }
  if (!isPair(path('server.pem'), path('server.key')) || !isCurrent(path('server.pem'), path('ca.pem'))) {
    const authority = forge.pki.certificateFromPem(readFileSync(path('ca.pem'), 'utf8'));
    const { certificate, key } = makeCertificate([{ name: 'commonName', value: 'localhost' }], 397);
    certificate.setIssuer(CA_NAME);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      // 2: DNS name, 7: IP address
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
      { name: 'subjectKeyIdentifier' },
      { name: 'authorityKeyIdentifier', keyIdentifier: authority.generateSubjectKeyIdentifier().getBytes() },
    ]);
    certificate.sign(forge.pki.privateKeyFromPem(readFileSync(path('ca.key'), 'utf8')), forge.md.sha256.create());
    save(path('server.key'), forge.pki.privateKeyToPem(key), 0o600);
    save(path('server.pem'), forge.pki.certificateToPem(certificate), 0o644);
  }
  return { cert: readFileSync(path('server.pem'), 'utf8'), key: readFileSync(path('server.key'), 'utf8'), caFile: path('ca.pem') };
}

function makeCertificate(
  subject: forge.pki.CertificateField[],
  days: number,
): { certificate: forge.pki.Certificate; key: forge.pki.rsa.PrivateKey } {
  // Node's generator is some hundred times quicker than forge's.
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  // A fixed first byte keeps the number positive and free of leading zeros, which would make it invalid.
  certificate.serialNumber = `01${randomBytes(16).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY);
  certificate.validity.notAfter = new Date(Date.now() + days * DAY);
  certificate.setSubject(subject);
  return { certificate, key: forge.pki.privateKeyFromPem(pair.privateKey) };
}

/** Whether both are there and belong together. What is damaged is made anew. */
function isPair(certificateFile: string, keyFile: string): boolean {
  try {
    return new X509Certificate(readFileSync(certificateFile)).checkPrivateKey(createPrivateKey(readFileSync(keyFile)));
  } catch {
    return false;
  }
}

function isCurrent(certificateFile: string, authorityFile: string): boolean {
  const certificate = new X509Certificate(readFileSync(certificateFile));
  const authority = new X509Certificate(readFileSync(authorityFile));
  return certificate.verify(authority.publicKey) && new Date(certificate.validTo).getTime() > Date.now() + 7 * DAY;
}

function save(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.part`, text, { mode });
  renameSync(`${path}.part`, path);
}
