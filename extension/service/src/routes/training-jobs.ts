import type { SubmitProgress } from '@sealab/sdk';
import { Hono } from 'hono';
import { z } from 'zod';
import { trainingAsTypeScript } from '../as-typescript.ts';
import type { Deps } from '../deps.ts';
import { eventStream } from '../event-stream.ts';
import { sendJobEvents, shownLine, type JobEvent } from '../job-events.ts';
import { jobAsForm, jobDetail } from '../training-job-detail.ts';
import { ResourceName, TrainingForm, trainOptions } from '../training-form.ts';
import { validated } from '../validated.ts';
import { ListQuery, pageOf } from './listing.ts';

const Name = z.strictObject({ name: ResourceName });

/** What happens between pressing Launch and the job's name. */
export type LaunchEvent =
  { readonly type: 'progress'; readonly progress: SubmitProgress } | { readonly type: 'launched'; readonly name: string };

export const trainingJobRoutes = (deps: Deps) =>
  new Hono()
    .get('/', validated('query', ListQuery), async (c) => c.json(await pageOf(await deps.lab(), 'training-jobs', c.req.valid('query'))))
    .post('/', validated('json', TrainingForm), async (c) => {
      const lab = await deps.lab();
      const options = await trainOptions(c.req.valid('json'), deps.notebookFolder);
      return eventStream<LaunchEvent>(c, deps, async (send) => {
        // Goes on when the browser leaves: a job that was asked for is launched.
        const job = await lab.train({
          ...options,
          onProgress: (progress) => void send({ type: 'progress', progress }).catch(() => undefined),
        });
        await send({ type: 'launched', name: job.name });
      });
    })
    .post('/typescript', validated('json', TrainingForm), (c) =>
      c.json({ code: trainingAsTypeScript(c.req.valid('json'), deps.notebookFolder) }),
    )
    .get('/:name', validated('param', Name), async (c) => {
      const { name } = c.req.valid('param');
      const lab = await deps.lab();
      return c.json(jobDetail(name, await lab.attach(name).describe()));
    })
    .get('/:name/form', validated('param', Name), async (c) => {
      const { name } = c.req.valid('param');
      const lab = await deps.lab();
      const job = await lab.attach(name).describe();
      return c.json(jobAsForm(jobDetail(name, job), job, lab.environment.images));
    })
    .get('/:name/metrics', validated('param', Name), async (c) =>
      c.json(await (await deps.lab()).attach(c.req.valid('param').name).metrics()),
    )
    .get(
      '/:name/events',
      validated('param', Name),
      validated('query', z.strictObject({ after: z.string().max(2000).optional() })),
      async (c) => {
        const job = (await deps.lab()).attach(c.req.valid('param').name);
        const { after } = c.req.valid('query');
        return eventStream<JobEvent>(c, deps, (send, signal) => sendJobEvents(job, after, send, signal), { endless: true });
      },
    )
    .get('/:name/log', validated('param', Name), async (c) => {
      const { name } = c.req.valid('param');
      const lines: string[] = [];
      for await (const line of (await deps.lab()).attach(name).logs({ follow: false })) {
        const { timestamp, source, message } = shownLine(line);
        lines.push(`${timestamp.toISOString()} ${source} ${message}\n`);
      }
      c.header('Content-Disposition', `attachment; filename="${name}.log"`);
      return c.text(lines.join(''));
    })
    .post('/:name/stop', validated('param', Name), async (c) => {
      await (await deps.lab()).attach(c.req.valid('param').name).stop();
      return c.json({ stopping: true });
    });
