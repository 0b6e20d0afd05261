export type * from './api.ts';
export { createClients } from './clients.ts';
export type { ClientOptions } from './clients.ts';
export { defaultCredentials, memoized } from './credentials.ts';
export type { CredentialProvider } from './credentials.ts';
export { guard, secure } from './guard.ts';
export type { AwsClient, GuardedService } from './guard.ts';
