export { type ClientConfig, type Credentials, hostClientConfig } from './clients.ts';
export { type AssemblyOptions, deployAssembly } from './deploy-assembly.ts';
export type { DeployAction, DeployProgress, Target } from './deployment.ts';
export { DeployError, type DeployErrorCode } from './errors.ts';
export { coverage, type CoverageRow } from './registry.ts';
export { deleteStack, type DeployedStack, deployTemplate, stackOutputs, type StackOptions, type TemplateOptions } from './stack.ts';
export type { StackOutput } from './state.ts';
