import type { DeployProgress, Endpoint, Lab } from '@sealab/sdk';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { eventStream } from '../event-stream.ts';
import { plainText } from '../plain-text.ts';
import { ResourceName } from '../training-form.ts';
import { validated } from '../validated.ts';
import { ListQuery, pageOf } from './listing.ts';

const Name = z.strictObject({ name: ResourceName });
const DeployForm = z.strictObject({
  trainingJob: ResourceName,
  name: ResourceName.optional(),
  instanceType: z.string().max(40).optional(),
});
/** SageMaker takes 6 MB for one invocation (`InvokeEndpoint`); the test box is for far less. */
const Invocation = z.strictObject({
  body: z.string().min(1).max(1_000_000),
  contentType: z.enum(['text/csv', 'application/json']).default('text/csv'),
});

export type DeployEvent =
  { readonly type: 'progress'; readonly progress: DeployProgress } | { readonly type: 'deployed'; readonly name: string };

const endpointDetail = ({ name }: Endpoint, described: Awaited<ReturnType<Endpoint['describe']>>) => ({
  name,
  arn: described.EndpointArn,
  status: described.EndpointStatus ?? 'Unknown',
  failure: described.FailureReason === undefined ? undefined : plainText(described.FailureReason),
  createdAt: described.CreationTime,
  modifiedAt: described.LastModifiedTime,
  configuration: described.EndpointConfigName,
  variants: (described.ProductionVariants ?? []).map((variant) => ({
    name: variant.VariantName ?? '',
    image: variant.DeployedImages?.[0]?.SpecifiedImage,
    instances: variant.CurrentInstanceCount,
    wantedInstances: variant.DesiredInstanceCount,
    weight: variant.CurrentWeight,
  })),
});

export const endpointRoutes = (deps: Deps) =>
  new Hono()
    .get('/', validated('query', ListQuery), async (c) => c.json(await pageOf(await deps.lab(), 'endpoints', c.req.valid('query'))))
    .post('/', validated('json', DeployForm), async (c) => {
      const lab = await deps.lab();
      const { trainingJob, name, instanceType } = c.req.valid('json');
      return eventStream<DeployEvent>(c, deps, async (send) => {
        const endpoint = await lab.deploy(
          { trainingJob },
          {
            wait: false,
            ...(name !== undefined && { name }),
            ...(instanceType !== undefined && { instanceType }),
            onProgress: (progress) => void send({ type: 'progress', progress }).catch(() => undefined),
          },
        );
        await send({ type: 'deployed', name: endpoint.name });
      });
    })
    .get('/:name', validated('param', Name), async (c) => {
      const endpoint = (await deps.lab()).attach(c.req.valid('param').name, 'endpoints');
      return c.json(endpointDetail(endpoint, await endpoint.describe()));
    })
    .get('/:name/log', validated('param', Name), async (c) => {
      const { name } = c.req.valid('param');
      const lines: { source: string; timestamp: Date; message: string }[] = [];
      for await (const { source, timestamp, message } of (await deps.lab()).attach(name, 'endpoints').logs({ follow: false })) {
        lines.push({ source, timestamp, message: plainText(message) });
      }
      return c.json({ lines: lines.slice(-500) });
    })
    .delete('/:name', validated('param', Name), async (c) => {
      await (await deps.lab()).attach(c.req.valid('param').name, 'endpoints').delete();
      return c.json({ deleted: true });
    })
    .post('/:name/invocations', validated('param', Name), validated('json', Invocation), async (c) => {
      const { body, contentType } = c.req.valid('json');
      const answer = await (
        await deps.lab()
      )
        .attach(c.req.valid('param').name, 'endpoints')
        .invoke(body, { contentType, accept: 'application/json' });
      return c.json({ contentType: answer.contentType, text: plainText(answer.text), milliseconds: Math.round(answer.milliseconds) });
    });

const modelDetail = async (lab: Lab, name: string) => {
  const model = await lab.attach(name, 'models').describe();
  const container = model.PrimaryContainer ?? model.Containers?.[0];
  return {
    name,
    arn: model.ModelArn,
    createdAt: model.CreationTime,
    image: container?.Image,
    artifacts: container?.ModelDataUrl,
    role: model.ExecutionRoleArn,
  };
};

export const modelRoutes = (deps: Deps) =>
  new Hono()
    .get('/', validated('query', ListQuery), async (c) => c.json(await pageOf(await deps.lab(), 'models', c.req.valid('query'))))
    .get('/:name', validated('param', Name), async (c) => c.json(await modelDetail(await deps.lab(), c.req.valid('param').name)))
    .delete('/:name', validated('param', Name), async (c) => {
      await (await deps.lab()).attach(c.req.valid('param').name, 'models').delete();
      return c.json({ deleted: true });
    });
