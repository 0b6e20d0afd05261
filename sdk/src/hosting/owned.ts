import {
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import type { Clients } from '../clients/api.ts';
import { SealabError } from '../contract/index.ts';
import { freshSuffix } from '../jobs/names.ts';
import { notThere } from '../waiting/submit-once.ts';

/** On configurations and models: the endpoint that they were made for, and with which they go. Names alone would take in others' too. */
export const ENDPOINT_TAG = 'sealab:endpoint';
/** On a configuration: the one that the endpoint had before. */
export const BEFORE_TAG = 'sealab:configuration-before';

/** What all names of an endpoint's configurations and models begin with. SageMaker takes 63 characters; 19 of them tell them apart. */
export const stemOf = (endpoint: string): string => endpoint.slice(0, 44).replace(/-+$/, '');

/** A new name for a further configuration or model of an endpoint. */
export const furtherName = (endpoint: string): string => `${stemOf(endpoint)}-${freshSuffix()}`;

/** The caller's tags, and the one that says what the resource was made for. */
export function ownedTags(endpoint: string, given: Readonly<Record<string, string>> = {}, before?: string): Record<string, string> {
  for (const key of [ENDPOINT_TAG, BEFORE_TAG]) {
    if (key in given) {
      throw new SealabError('InvalidInput', `tags: ${key} is set by Sealab.`, {
        remedy: 'Give the tag another name.',
        details: { field: `tags.${key}` },
      });
    }
  }
  return { ...given, [ENDPOINT_TAG]: endpoint, ...(before === undefined ? {} : { [BEFORE_TAG]: before }) };
}

/** Tags of a resource by key; none for one that is not there. */
export async function tagsAt({ sageMaker }: Clients, ResourceArn: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (ResourceArn === undefined) return new Map();
  const answer = await sageMaker.send(new ListTagsCommand({ ResourceArn, MaxResults: 50 })).catch(notThere);
  return new Map((answer?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

interface Named {
  readonly name: string;
  readonly arn: string;
}

/** Configurations and models that were made for an endpoint. */
export async function ownedBy(clients: Clients, endpoint: string): Promise<{ configurations: string[]; models: string[] }> {
  const { sageMaker } = clients;
  const query = (NextToken: string | undefined) => ({
    NameContains: stemOf(endpoint),
    MaxResults: 100,
    ...(NextToken === undefined ? {} : { NextToken }),
  });
  const [configurations, models] = await Promise.all([
    every(async (token) => {
      const { EndpointConfigs = [], NextToken } = await sageMaker.send(new ListEndpointConfigsCommand(query(token)));
      return { next: NextToken, items: EndpointConfigs.map((item) => named(item.EndpointConfigName, item.EndpointConfigArn)) };
    }),
    every(async (token) => {
      const { Models = [], NextToken } = await sageMaker.send(new ListModelsCommand(query(token)));
      return { next: NextToken, items: Models.map((item) => named(item.ModelName, item.ModelArn)) };
    }),
  ]);
  const owned = async (all: readonly Named[]) => {
    const tags = await Promise.all(all.map(({ arn }) => tagsAt(clients, arn)));
    return all.filter((_, index) => tags[index]?.get(ENDPOINT_TAG) === endpoint).map(({ name }) => name);
  };
  return { configurations: await owned(configurations), models: await owned(models) };
}

const named = (name = '', arn = ''): Named => ({ name, arn });

async function every(page: (token: string | undefined) => Promise<{ next: string | undefined; items: Named[] }>): Promise<Named[]> {
  const all: Named[] = [];
  let token: string | undefined;
  do {
    const { next, items } = await page(token);
    all.push(...items);
    token = next;
  } while (token !== undefined);
  return all;
}

/** Removes configurations, then models; what is gone already does not matter. */
export async function removeOwned(
  { sageMaker }: Clients,
  { configurations, models }: { readonly configurations: readonly string[]; readonly models: readonly string[] },
): Promise<void> {
  for (const EndpointConfigName of configurations)
    await sageMaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName })).catch(notThere);
  for (const ModelName of models) await sageMaker.send(new DeleteModelCommand({ ModelName })).catch(notThere);
}
