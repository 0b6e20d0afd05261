import { HTMLSelect, InputGroup } from '@jupyterlab/ui-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { queries } from '../data/queries.ts';
import { usePanel, useRefresh } from '../shared/panel-context.tsx';
import { Section } from '../shared/section.tsx';
import { Empty, Loading, Problem } from '../shared/states.tsx';
import { EnvironmentSeal } from './environment-seal.tsx';
import { ModelList } from './model-list.tsx';
import { ResourceLines, ResourceList } from './resource-list.tsx';

/** What costs money at this moment: jobs on their way, and endpoints. */
function RunningNow() {
  const { trans, openJob, openEndpoint } = usePanel();
  const interval = useRefresh();
  const jobs = useInfiniteQuery({ ...queries.list('training-jobs', { status: 'InProgress' }), refetchInterval: interval });
  const endpoints = useInfiniteQuery({ ...queries.list('endpoints'), refetchInterval: interval });
  const running = jobs.data?.pages.flatMap(({ items }) => items) ?? [];
  const hosting = endpoints.data?.pages.flatMap(({ items }) => items) ?? [];
  const count = running.length + hosting.length;
  const known = jobs.data !== undefined && endpoints.data !== undefined;
  const failed = jobs.error ?? endpoints.error;
  return (
    <Section title={trans.__('Running now')} note={known && count > 0 ? String(count) : undefined}>
      {running.length > 0 && <ResourceLines kind="training-jobs" lines={running} open={openJob} />}
      {hosting.length > 0 && <ResourceLines kind="endpoints" lines={hosting} open={openEndpoint} />}
      {endpoints.hasNextPage && (
        <Button small className="jp-mod-styled jp-Sealab-small" onClick={() => void endpoints.fetchNextPage()}>
          {trans.__('Show more endpoints')}
        </Button>
      )}
      {!known && failed === null && <Loading what={trans.__('Loading …')} />}
      {failed !== null && <Problem error={failed} />}
      {known && count === 0 && <Empty>{trans.__('Nothing is running.')}</Empty>}
    </Section>
  );
}

function Start() {
  const { trans, openTrainingForm } = usePanel();
  const templates = useQuery(queries.templates);
  return (
    <Section title={trans.__('Start')}>
      <Button className="jp-mod-styled jp-mod-accept jp-Sealab-wide" onClick={() => openTrainingForm()}>
        {trans.__('New training job')}
      </Button>
      {(templates.data?.templates ?? []).map((template) => (
        <button key={template.id} type="button" className="jp-Sealab-template" onClick={() => openTrainingForm({ template: template.id })}>
          <strong>{template.title}</strong>
          <span>{template.description}</span>
        </button>
      ))}
    </Section>
  );
}

const STATUSES = ['InProgress', 'Completed', 'Failed', 'Stopped'] as const;

function TrainingJobs() {
  const { trans, openJob } = usePanel();
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState('');
  const asked = useDeferredValue(search).trim();
  const filter = { ...(asked !== '' && { search: asked }), ...(status !== '' && { status }) };
  const filtered = asked !== '' || status !== '';
  return (
    <Section title={trans.__('Training jobs')} open>
      <div className="jp-Sealab-filters">
        <InputGroup
          type="text"
          className="jp-Sealab-search"
          aria-label={trans.__('Search training jobs')}
          placeholder={trans.__('Search')}
          rightIcon="ui-components:search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value.replace(/[^a-zA-Z0-9-]/g, ''))}
        />
        <HTMLSelect
          aria-label={trans.__('Status')}
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
          options={[
            { value: '', label: trans.__('All') },
            ...STATUSES.map((value) => ({
              value,
              label: {
                InProgress: trans.__('Running'),
                Completed: trans.__('Completed'),
                Failed: trans.__('Failed'),
                Stopped: trans.__('Stopped'),
              }[value],
            })),
          ]}
        />
      </div>
      <ResourceList
        kind="training-jobs"
        filter={filter}
        open={openJob}
        empty={
          filtered
            ? trans.__('No job matches. Clear the search or choose another status.')
            : trans.__('No jobs yet. Start one above; it is sealed without further ado.')
        }
      />
    </Section>
  );
}

/** The sidebar. */
export function Overview() {
  const { trans } = usePanel();
  return (
    <div className="jp-Sealab-overview">
      <EnvironmentSeal />
      <RunningNow />
      <Start />
      <TrainingJobs />
      <Section title={trans.__('Models')} open={false}>
        <ModelList />
      </Section>
    </div>
  );
}
