import { imageNameOf } from '../../runner/images.ts';
import { AwsError, type EmulatedService } from '../call.ts';

/**
 * Whether an image is there: ECR's answer for those that this machine runs, whatever their tag and whoever's registry the caller
 * names. The rest of ECR is moto's, which has no images.
 */
export function createEcrImages(): EmulatedService {
  return {
    service: 'ecr',
    operations: {
      DescribeImages: ({ input, accountId }) => {
        const repositoryName = input['repositoryName'] as string;
        const registryId = (input['registryId'] as string | undefined) ?? accountId;
        if (imageNameOf(repositoryName) === undefined) {
          throw new AwsError(
            'RepositoryNotFoundException',
            `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
          );
        }
        const asked = (input['imageIds'] as readonly { readonly imageTag?: string; readonly imageDigest?: string }[] | undefined) ?? [];
        return {
          imageDetails: asked.map(({ imageTag, imageDigest }) => ({
            registryId,
            repositoryName,
            ...(imageTag === undefined ? {} : { imageTags: [imageTag] }),
            ...(imageDigest === undefined ? {} : { imageDigest }),
          })),
        };
      },
    },
  };
}
