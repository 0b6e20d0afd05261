import { AwsError, type EmulatedService } from '../call.ts';
import type { IamView } from '../authorization/iam-snapshot.ts';
import { records, text, texts } from '../authorization/requirement.ts';
import type { CredentialStore } from '../identity/credentials.ts';

/** STS: who calls, and sessions of roles. Whether a role may be assumed was decided by its trust policy before. */
export function createStsService(credentials: CredentialStore, iam: IamView): EmulatedService {
  return {
    service: 'sts',
    operations: {
      GetCallerIdentity: ({ principal }) => ({ UserId: principal.userId, Account: principal.accountId, Arn: principal.arn }),

      AssumeRole: async ({ input, principal }) => {
        const roleArn = text(input['RoleArn']) ?? '';
        const sessionName = text(input['RoleSessionName']) ?? '';
        if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
          throw new AwsError(
            'ValidationError',
            `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
          );
        }
        const role = await iam.roleByArn(roleArn);
        if (role === undefined)
          throw new AwsError(
            'AccessDenied',
            `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
            403,
          );
        const caller = credentials.identityOf(principal);
        const chained = principal.roleArn !== undefined;
        const seconds = Number(input['DurationSeconds'] ?? 3600);
        const longest = chained ? 3600 : 43_200;
        if (!(seconds >= 900 && seconds <= longest)) {
          throw new AwsError(
            'ValidationError',
            chained && seconds > 3600
              ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
              : `The requested DurationSeconds must be between 900 and ${String(longest)}.`,
          );
        }
        const policy = text(input['Policy']);
        if (policy !== undefined) {
          try {
            JSON.parse(policy);
          } catch {
            throw new AwsError('MalformedPolicyDocument', 'The session policy is not valid JSON.');
          }
        }
        if (records(input['PolicyArns']).length > 0)
          throw new AwsError(
            'OperationNotEmulated',
            'The local environment does not run sts:AssumeRole with PolicyArns; give the policy itself.',
          );
        const inherited = Object.fromEntries((caller?.transitiveTagKeys ?? []).map((key) => [key, caller?.sessionTags[key] ?? '']));
        const tags = Object.fromEntries(records(input['Tags']).map((tag) => [text(tag['Key']) ?? '', text(tag['Value']) ?? '']));
        const { principal: assumed, ...session } = credentials.startSession({
          roleArn,
          roleId: role.id,
          sessionName,
          seconds,
          policy,
          tags: { ...tags, ...inherited },
          transitiveTagKeys: [...Object.keys(inherited), ...texts(input['TransitiveTagKeys'])],
        });
        return {
          Credentials: {
            AccessKeyId: session.accessKeyId,
            SecretAccessKey: session.secretAccessKey,
            SessionToken: session.sessionToken,
            Expiration: session.expiration,
          },
          AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
        };
      },
    },
  };
}
