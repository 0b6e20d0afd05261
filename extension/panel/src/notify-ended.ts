import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { queries, queryClient } from './data/queries.ts';
import { hasEnded } from './training/job-state.ts';

/** Tells when a job that was seen running has ended, unless `unwanted`: by setting, or because the user is looking at it. */
export function notifyEnded(trans: TranslationBundle, unwanted: (name: string) => boolean, open: (name: string) => void): void {
  const running = queries.list('training-jobs', { status: 'InProgress' });
  let before = new Set<string>();

  const tell = async (name: string) => {
    const { status, failure } = await queryClient.query({ ...queries.job(name), staleTime: 0 });
    if (!hasEnded(status) || unwanted(name)) return;
    const actions = [{ label: trans.__('Open'), callback: () => open(name) }];
    if (status === 'Completed') Notification.success(trans.__('%1 has completed.', name), { actions, autoClose: 8000 });
    else if (status === 'Failed')
      Notification.error(trans.__('%1 has failed: %2', name, (failure ?? '').slice(0, 200)), { actions, autoClose: 12_000 });
  };

  queryClient.getQueryCache().subscribe(({ query, type }) => {
    if (type !== 'updated' || JSON.stringify(query.queryKey) !== JSON.stringify(running.queryKey)) return;
    const now = queryClient.getQueryData(running.queryKey);
    if (now === undefined) return;
    const names = new Set(now.pages.flatMap(({ items }) => items.map(({ name }) => name)));
    for (const name of before) if (!names.has(name)) void tell(name).catch(() => undefined);
    before = names;
  });
}
