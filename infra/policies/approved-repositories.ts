import { approvedImages } from '../settings/images.ts';
import type { ProjectScope } from './project-scope.ts';

/** What images may come from: the repositories of the approved images, and the account's own. */
export const approvedRepositories = (scope: ProjectScope): string[] => {
  const approved = Object.values(approvedImages(scope.settings));
  return [
    ...new Set(approved.map(({ account, repository }) => scope.arn('ecr', `repository/${repository}`, { account }))),
    scope.arn('ecr', 'repository/*'),
  ];
};
