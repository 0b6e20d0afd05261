import type {
  AssociateTagOptionWithResourceInput,
  CreateTagOptionInput,
  ListResourcesForTagOptionInput,
  ListTagOptionsInput,
  UpdateTagOptionInput,
} from '@aws-sdk/client-service-catalog';
import { arnOf, type Catalog, duplicate, inUse, notFound, page, required } from './answers.ts';
import type { Handlers } from './handlers.ts';
import { newId } from './store.ts';

/** Tags that a portfolio or product offers, and what they are attached to. */
export const tagOptionHandlers = (catalog: Catalog): Handlers => {
  const { state } = catalog.store;
  const optionOf = (id: string | undefined) => {
    const found = state.tagOptions[required('id', id)];
    if (found === undefined) throw notFound('TagOption', id);
    return found;
  };
  return {
    CreateTagOption: ({ input }) => {
      const { Key, Value } = input as unknown as CreateTagOptionInput;
      if (Object.values(state.tagOptions).some((option) => option.Key === Key && option.Value === Value))
        throw duplicate(`TagOption with key ${Key ?? ''} and value ${Value ?? ''} already exists.`);
      const Id = newId('tag');
      state.tagOptions[Id] = {
        Id,
        Key: required('key', Key),
        Value: required('value', Value),
        Active: true,
        Owner: catalog.platform.account,
      };
      catalog.store.save();
      return { TagOptionDetail: state.tagOptions[Id] };
    },
    DescribeTagOption: ({ input }) => ({ TagOptionDetail: optionOf(input['Id'] as string) }),
    UpdateTagOption: ({ input }) => {
      const { Id, Value, Active } = input as unknown as UpdateTagOptionInput;
      const option = optionOf(Id);
      if (Value !== undefined) option.Value = Value;
      if (Active !== undefined) option.Active = Active;
      catalog.store.save();
      return { TagOptionDetail: option };
    },
    DeleteTagOption: ({ input }) => {
      const { Id } = optionOf(input['Id'] as string);
      if (state.tagOptionResources.some(({ tagOptionId }) => tagOptionId === Id))
        throw inUse(`TagOption ${Id} is associated with resources.`);
      Reflect.deleteProperty(state.tagOptions, Id);
      catalog.store.save();
      return {};
    },
    ListTagOptions: ({ input }) => {
      const { Filters, PageSize, PageToken } = input as ListTagOptionsInput;
      const matches = Object.values(state.tagOptions).filter((option) =>
        (['Key', 'Value', 'Active'] as const).every((name) => Filters?.[name] === undefined || Filters[name] === option[name]),
      );
      const { items, NextPageToken } = page(matches, PageSize, PageToken);
      return { TagOptionDetails: items, ...(NextPageToken === undefined ? {} : { PageToken: NextPageToken }) };
    },
    AssociateTagOptionWithResource: ({ input }) => {
      const { ResourceId, TagOptionId } = input as unknown as AssociateTagOptionWithResourceInput;
      const resourceId = required('resourceId', ResourceId);
      if (state.portfolios[resourceId] === undefined && state.products[resourceId] === undefined) throw notFound('Resource', resourceId);
      const tagOptionId = optionOf(TagOptionId).Id;
      if (state.tagOptionResources.some((entry) => entry.resourceId === resourceId && entry.tagOptionId === tagOptionId))
        throw duplicate(`TagOption ${tagOptionId} is already associated with ${resourceId}.`);
      state.tagOptionResources.push({ tagOptionId, resourceId });
      catalog.store.save();
      return {};
    },
    DisassociateTagOptionFromResource: ({ input }) => {
      const { ResourceId, TagOptionId } = input as unknown as AssociateTagOptionWithResourceInput;
      const kept = state.tagOptionResources.filter((entry) => entry.resourceId !== ResourceId || entry.tagOptionId !== TagOptionId);
      if (kept.length === state.tagOptionResources.length)
        throw notFound('TagOption association', `${TagOptionId ?? ''} ${ResourceId ?? ''}`);
      state.tagOptionResources = kept;
      catalog.store.save();
      return {};
    },
    ListResourcesForTagOption: ({ input }) => {
      const { TagOptionId, PageSize, PageToken } = input as unknown as ListResourcesForTagOptionInput;
      const { Id } = optionOf(TagOptionId);
      const found = state.tagOptionResources
        .filter(({ tagOptionId }) => tagOptionId === Id)
        .map(({ resourceId }) => {
          const portfolio = state.portfolios[resourceId];
          const product = state.products[resourceId];
          return {
            Id: resourceId,
            ARN: arnOf(catalog, portfolio === undefined ? 'product' : 'portfolio', resourceId),
            Name: portfolio?.detail.DisplayName ?? product?.name,
            Description: portfolio?.detail.Description ?? product?.description,
          };
        });
      const { items, NextPageToken } = page(found, PageSize, PageToken);
      return { ResourceDetails: items, ...(NextPageToken === undefined ? {} : { PageToken: NextPageToken }) };
    },
  };
};
