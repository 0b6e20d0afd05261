export { CodeartifactClient, ListPackageVersionsCommand } from '@aws-sdk/client-codeartifact';
