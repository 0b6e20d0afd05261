import { reason } from '../../../posture/check.ts';
import { isAbsent, isRefused, ok, problem, unknown } from '../check.ts';
import type { Asked, Finding, PreflightCheck } from '../check.ts';
import type { Named } from '../facts.ts';

/** `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/image:tag` or `…@sha256:…`. */
const URI =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.[^/]+\/(?<repository>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** The image is in its registry. That the registry is approved is the contract's: another one was refused by the plan. */
export const image: PreflightCheck = {
  name: 'image',
  ask: (asked) => Promise.all(asked.facts.images.map((named) => there(asked, named))),
};

async function there({ context, signal }: Asked, { value, field }: Named): Promise<Finding> {
  const { account = '', region, repository = '', tag, digest } = URI.exec(value)?.groups ?? {};
  if (repository === '') return unknown(`${value} is not in Amazon ECR; other registries cannot be asked.`, field);
  if (region !== context.environment.region)
    return problem(
      `The image is in ${region ?? 'another Region'}; jobs here take images of ${context.environment.region}.`,
      'Take a framework of the environment, or copy the image.',
      field,
    );
  const label = digest ?? tag ?? 'latest';
  try {
    const [ecr, { DescribeImagesCommand }] = await Promise.all([context.clients.ecr(), import('../../../clients/ecr.ts')]);
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({
        registryId: account,
        repositoryName: repository,
        imageIds: [digest === undefined ? { imageTag: tag ?? 'latest' } : { imageDigest: digest }],
      }),
      { abortSignal: signal },
    );
    return imageDetails.length > 0
      ? ok(`${repository} has ${label}.`, field)
      : problem(`${repository} has no image ${label}.`, 'Push the image, or give another tag.', field);
  } catch (error) {
    if (isAbsent(error))
      return problem(`${repository} in ${account} has no image ${label}.`, 'Push the image, or give another tag.', field);
    const foreign = account !== context.environment.account;
    return unknown(
      foreign && isRefused(error)
        ? `The registry of account ${account} lets SageMaker fetch the image, but does not let you look.`
        : `Whether ${repository} has ${label}: ${reason(error)}`,
      field,
    );
  }
}
