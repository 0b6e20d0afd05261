import { randomUUID } from 'node:crypto';
import { approvedNpm, approvedPython, normalizePython } from '../../../mirror/approved.ts';
import { MIRROR_PORT } from '../../../mirror/port.ts';
import { issueToken } from '../../../mirror/token.ts';
import { AwsError, type Call, type EmulatedService } from '../../call.ts';
import { CodeArtifactState, type Domain, type Policy, type Repository, type Tag } from './state.ts';

const TWELVE_HOURS = 43_200;
const DOMAIN_NAME = /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/;
const REPOSITORY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/;
const FORMATS = ['pypi', 'npm'];

/**
 * What infra and the lifecycle script use of AWS CodeArtifact: domains, repositories, their policies and tags, and the way to
 * the packages (endpoint and token). The packages themselves are served by `local/mirror`.
 */
export function createCodeArtifactService(): EmulatedService {
  const state = new CodeArtifactState();
  const text = (call: Call, name: string) => call.input[name] as string | undefined;
  const arn = (call: Call, resource: string) => `arn:${call.partition}:codeartifact:${call.region}:${call.accountId}:${resource}`;

  function domainOf(call: Call): Domain {
    const name = text(call, 'domain') ?? '';
    const owner = text(call, 'domainOwner');
    const domain = state.domains[name];
    if (domain === undefined || (owner !== undefined && owner !== call.accountId)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Domain not found. Domain '${name}' owned by account '${owner ?? call.accountId}' does not exist.`,
        404,
      );
    }
    return domain;
  }

  function repositoryOf(call: Call, name = text(call, 'repository') ?? ''): Repository {
    const domain = domainOf(call);
    const repository = state.repositories[`${domain.name}/${name}`];
    if (repository === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Repository not found. Repository '${name}' in domain '${domain.name}' does not exist.`,
        404,
      );
    }
    return repository;
  }

  function byArn(call: Call): Domain | Repository {
    const wanted = text(call, 'resourceArn');
    const found = [...Object.values(state.domains), ...Object.values(state.repositories)].find((resource) => resource.arn === wanted);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Resource '${wanted ?? ''}' does not exist.`, 404);
    return found;
  }

  /** A scope is the namespace of an npm package. */
  const npmName = (call: Call, name: string) =>
    text(call, 'namespace') === undefined ? name : `@${text(call, 'namespace') ?? ''}/${name}`;

  const within = (domain: Domain) => Object.values(state.repositories).filter(({ domainName }) => domainName === domain.name);

  const describeDomain = (call: Call, domain: Domain) => ({
    name: domain.name,
    owner: call.accountId,
    arn: domain.arn,
    status: 'Active',
    createdTime: new Date(domain.createdTime),
    encryptionKey: domain.encryptionKey,
    repositoryCount: within(domain).length,
    assetSizeBytes: 0,
  });

  const describeRepository = (call: Call, repository: Repository) => ({
    name: repository.name,
    administratorAccount: call.accountId,
    domainName: repository.domainName,
    domainOwner: call.accountId,
    arn: repository.arn,
    description: repository.description,
    upstreams: repository.upstreams,
    externalConnections: repository.externalConnections.map((name) => ({
      externalConnectionName: name,
      packageFormat: name.includes('npm') ? 'npm' : 'pypi',
      status: 'Available',
    })),
    createdTime: new Date(repository.createdTime),
  });

  const checkUpstreams = (call: Call) => {
    const upstreams = (call.input['upstreams'] as { repositoryName: string }[] | undefined) ?? [];
    for (const { repositoryName } of upstreams) repositoryOf(call, repositoryName);
    return upstreams;
  };

  const putPolicy = (call: Call, resource: Domain | Repository) => {
    const revision = text(call, 'policyRevision');
    if (revision !== undefined && revision !== resource.policy?.revision)
      throw new AwsError('ConflictException', 'The policy revision does not match.', 409);
    resource.policy = { revision: randomUUID(), document: text(call, 'policyDocument') ?? '' };
    state.save();
    return policyAnswer(resource, resource.policy);
  };

  const policyAnswer = (resource: Domain | Repository, policy: Policy | undefined) => {
    if (policy === undefined) throw new AwsError('ResourceNotFoundException', `No policy is attached to '${resource.arn}'.`, 404);
    return { policy: { resourceArn: resource.arn, ...policy } };
  };

  const deletePolicy = (resource: Domain | Repository) => {
    const answer = policyAnswer(resource, resource.policy);
    delete resource.policy;
    state.save();
    return answer;
  };

  return {
    service: 'codeartifact',
    operations: {
      CreateDomain(call) {
        const name = text(call, 'domain') ?? '';
        if (!DOMAIN_NAME.test(name)) throw new AwsError('ValidationException', `'${name}' is not a valid domain name.`);
        if (state.domains[name] !== undefined) throw new AwsError('ConflictException', `Domain '${name}' already exists.`, 409);
        const domain: Domain = {
          name,
          arn: arn(call, `domain/${name}`),
          encryptionKey: text(call, 'encryptionKey') ?? `arn:${call.partition}:kms:${call.region}:${call.accountId}:alias/aws/codeartifact`,
          createdTime: new Date().toISOString(),
          tags: (call.input['tags'] as Tag[] | undefined) ?? [],
        };
        state.domains[name] = domain;
        state.save();
        return { domain: describeDomain(call, domain) };
      },
      DescribeDomain: (call) => ({ domain: describeDomain(call, domainOf(call)) }),
      ListDomains: (call) => ({ domains: Object.values(state.domains).map((domain) => describeDomain(call, domain)) }),
      DeleteDomain(call) {
        const domain = state.domains[text(call, 'domain') ?? ''];
        if (domain === undefined) return {};
        if (within(domain).length > 0)
          throw new AwsError('ConflictException', `Domain '${domain.name}' cannot be deleted while it has repositories.`, 409);
        state.removeDomain(domain.name);
        return { domain: { ...describeDomain(call, domain), status: 'Deleted' } };
      },
      PutDomainPermissionsPolicy: (call) => putPolicy(call, domainOf(call)),
      GetDomainPermissionsPolicy: (call) => policyAnswer(domainOf(call), domainOf(call).policy),
      DeleteDomainPermissionsPolicy: (call) => deletePolicy(domainOf(call)),

      CreateRepository(call) {
        const domain = domainOf(call);
        const name = text(call, 'repository') ?? '';
        if (!REPOSITORY_NAME.test(name)) throw new AwsError('ValidationException', `'${name}' is not a valid repository name.`);
        const key = `${domain.name}/${name}`;
        if (state.repositories[key] !== undefined)
          throw new AwsError('ConflictException', `Repository '${name}' already exists in domain '${domain.name}'.`, 409);
        const description = text(call, 'description');
        const repository: Repository = {
          name,
          domainName: domain.name,
          arn: arn(call, `repository/${key}`),
          createdTime: new Date().toISOString(),
          ...(description === undefined ? {} : { description }),
          upstreams: checkUpstreams(call),
          externalConnections: [],
          tags: (call.input['tags'] as Tag[] | undefined) ?? [],
        };
        state.repositories[key] = repository;
        state.save();
        return { repository: describeRepository(call, repository) };
      },
      DescribeRepository: (call) => ({ repository: describeRepository(call, repositoryOf(call)) }),
      ListRepositoriesInDomain: (call) => ({
        repositories: within(domainOf(call)).map((repository) => describeRepository(call, repository)),
      }),
      UpdateRepository(call) {
        const repository = repositoryOf(call);
        const description = text(call, 'description');
        if (description !== undefined) repository.description = description;
        if (call.input['upstreams'] !== undefined) repository.upstreams = checkUpstreams(call);
        state.save();
        return { repository: describeRepository(call, repository) };
      },
      DeleteRepository(call) {
        const repository = repositoryOf(call);
        state.removeRepository(`${repository.domainName}/${repository.name}`);
        return { repository: describeRepository(call, repository) };
      },
      AssociateExternalConnection(call) {
        const repository = repositoryOf(call);
        repository.externalConnections = [text(call, 'externalConnection') ?? ''];
        state.save();
        return { repository: describeRepository(call, repository) };
      },
      DisassociateExternalConnection(call) {
        const repository = repositoryOf(call);
        repository.externalConnections = [];
        state.save();
        return { repository: describeRepository(call, repository) };
      },
      PutRepositoryPermissionsPolicy: (call) => putPolicy(call, repositoryOf(call)),
      GetRepositoryPermissionsPolicy: (call) => policyAnswer(repositoryOf(call), repositoryOf(call).policy),
      DeleteRepositoryPermissionsPolicy: (call) => deletePolicy(repositoryOf(call)),

      /** Answers with the address inside sandboxes: the mirror has no other. */
      GetRepositoryEndpoint(call) {
        const repository = repositoryOf(call);
        const format = text(call, 'format') ?? '';
        if (!FORMATS.includes(format))
          throw new AwsError('ValidationException', `The local mirror serves ${FORMATS.join(' and ')} packages, not '${format}'.`);
        return { repositoryEndpoint: `https://127.0.0.1:${MIRROR_PORT}/${format}/${repository.name}/` };
      },
      /** The versions that the mirror serves: those of the approved list. */
      ListPackageVersions(call) {
        repositoryOf(call);
        const format = text(call, 'format') ?? '';
        if (!FORMATS.includes(format))
          throw new AwsError('ValidationException', `The local mirror serves ${FORMATS.join(' and ')} packages, not '${format}'.`);
        const name = text(call, 'package') ?? '';
        const versions = format === 'pypi' ? approvedPython().get(normalizePython(name)) : approvedNpm().get(npmName(call, name));
        if (versions === undefined)
          throw new AwsError('ResourceNotFoundException', `Package not found. Package '${name}' does not exist.`, 404);
        const status = text(call, 'status') ?? 'Published';
        return {
          format,
          package: name,
          versions: status === 'Published' ? [...versions].reverse().map((version) => ({ version, status: 'Published' })) : [],
        };
      },
      GetAuthorizationToken(call) {
        const domain = domainOf(call);
        const seconds = (call.input['durationSeconds'] as number | undefined) ?? TWELVE_HOURS;
        if (seconds !== 0 && (seconds < 900 || seconds > TWELVE_HOURS)) {
          throw new AwsError('ValidationException', `The duration must be 0 or between 900 and ${TWELVE_HOURS} seconds.`);
        }
        const expiration = new Date(Date.now() + (seconds === 0 ? TWELVE_HOURS : seconds) * 1000);
        return { authorizationToken: issueToken(domain.name, expiration), expiration };
      },

      ListTagsForResource: (call) => ({ tags: byArn(call).tags }),
      TagResource(call) {
        const resource = byArn(call);
        const added = (call.input['tags'] as Tag[] | undefined) ?? [];
        resource.tags = [...resource.tags.filter(({ key }) => !added.some((tag) => tag.key === key)), ...added];
        state.save();
        return {};
      },
      UntagResource(call) {
        const resource = byArn(call);
        const removed = (call.input['tagKeys'] as string[] | undefined) ?? [];
        resource.tags = resource.tags.filter(({ key }) => !removed.includes(key));
        state.save();
        return {};
      },
    },
  };
}
