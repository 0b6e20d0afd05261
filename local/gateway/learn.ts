import type { IamView } from './authorization/iam-snapshot.ts';
import type { ResourceView } from './authorization/resource-view.ts';
import { text } from './authorization/requirement.ts';
import type { VpcEndpointView } from './authorization/vpc-endpoints.ts';
import type { Call } from './call.ts';
import type { CredentialStore } from './identity/credentials.ts';
import type { SubnetView } from './subnet-view.ts';

interface Views {
  readonly credentials: CredentialStore;
  readonly iam: IamView;
  readonly resources: ResourceView;
  readonly endpoints: VpcEndpointView;
  readonly subnets: SubnetView;
}

const changes = (operation: string): boolean => !/^(Describe|Get|List|Head|Simulate)/.test(operation);

/** After moto has answered: forgets what may have changed and keeps what is said only once. */
export function learnFrom({
  credentials,
  iam,
  resources,
  endpoints,
  subnets,
}: Views): (call: Call, status: number, answer: string | undefined) => Promise<void> {
  return async (call, status, answer) => {
    const { service, operation, input } = call;
    if (!changes(operation)) return;
    switch (service) {
      case 'iam':
        iam.invalidate();
        break;
      case 's3':
        if (!/Object|Part$|MultipartUpload/.test(operation)) resources.invalidate(`bucket/${text(input['Bucket']) ?? ''}/`);
        break;
      case 'kms':
        if (!/^(Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify)/.test(operation)) resources.invalidate('key/');
        break;
      case 'ec2':
        if (/VpcEndpoint|Vpc$/.test(operation)) endpoints.invalidate();
        if (/Subnet/.test(operation)) subnets.invalidate();
        break;
      case 'secretsmanager':
        resources.invalidate('secret/');
        break;
      default:
        break;
    }
    if (status >= 300) return;
    const value = (tag: string): string => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(answer ?? '')?.[1] ?? '';
    if (operation === 'CreateAccessKey' && service === 'iam') {
      const user = await iam.user(value('UserName'));
      if (user !== undefined) credentials.addUserKey(value('AccessKeyId'), value('SecretAccessKey'), user.arn, user.id);
    } else if (operation === 'UpdateAccessKey')
      credentials.setUserKeyActive(text(input['AccessKeyId']) ?? '', input['Status'] === 'Active');
    else if (operation === 'DeleteAccessKey') credentials.removeUserKey(text(input['AccessKeyId']) ?? '');
    else if (operation === 'CreateMultipartUpload') {
      const algorithm = text(input['ServerSideEncryption']);
      if (algorithm !== undefined) resources.uploads.set(value('UploadId'), { algorithm, keyId: text(input['SSEKMSKeyId']) });
    } else if (operation === 'CompleteMultipartUpload' || operation === 'AbortMultipartUpload')
      resources.uploads.delete(text(input['UploadId']) ?? '');
  };
}
