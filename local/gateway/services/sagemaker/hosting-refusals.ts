import { NOT_HOSTED, NOT_HOSTED_VARIANT } from './endpoint-configs.ts';
import { NOT_INVOKED } from './invocation-operations.ts';
import { NOT_HOSTED_CONTAINER } from './models.ts';

const below = (path: string, fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([field, what]) => [`${path}.${field}`, what]));

/** Fields of the hosting operations that are refused, with what they would do, for the documentation: from the tables that refuse. */
export const HOSTING_REFUSALS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CreateModel: below('Containers[]', NOT_HOSTED_CONTAINER),
  CreateEndpointConfig: { ...NOT_HOSTED, ...below('ProductionVariants[]', NOT_HOSTED_VARIANT) },
  InvokeEndpoint: NOT_INVOKED,
};
