import { SealabError } from '@sealab/sdk';
import { Hono } from 'hono';
import type { Deps } from './deps.ts';
import { onError } from './errors.ts';
import { guard } from './guard.ts';
import { environmentRoutes } from './routes/environment.ts';
import { formRoutes } from './routes/forms.ts';
import { endpointRoutes, modelRoutes } from './routes/hosting.ts';
import { sealRoutes } from './routes/seals.ts';
import { trainingJobRoutes } from './routes/training-jobs.ts';

/** The service: every route behind the guard, every error through one handler. */
export function createApp(deps: Deps) {
  const app = new Hono().use(guard(deps));
  app.onError(onError(deps));
  app.notFound((c) =>
    onError(deps)(
      new SealabError('InputNotFound', `There is nothing at ${c.req.path}.`, {
        remedy: 'Reload the page: the panel and its service may differ in version.',
      }),
      c,
    ),
  );
  return app
    .route('/environment', environmentRoutes(deps))
    .route('/seals', sealRoutes(deps))
    .route('/forms', formRoutes(deps))
    .route('/training-jobs', trainingJobRoutes(deps))
    .route('/endpoints', endpointRoutes(deps))
    .route('/models', modelRoutes(deps));
}

/** For the panel: its client's types follow from the routes. */
export type AppType = ReturnType<typeof createApp>;
export type { ErrorBody, Figure, FiguresMediaType, SealStatus } from '@sealab/sdk';
export type { JobEvent } from './job-events.ts';
export type { DeployEvent } from './routes/hosting.ts';
export type { FieldSchema } from './routes/forms.ts';
export type { LaunchEvent } from './routes/training-jobs.ts';
export type { TrainingFormInput } from './training-form.ts';
