import { Dialog, showDialog } from '@jupyterlab/apputils';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from '../shared/button.tsx';
import { read, service } from '../data/client.ts';
import { useFollowedJob } from '../data/follow-job.ts';
import { queries, queryClient, refreshLists, type Job } from '../data/queries.ts';
import { DeployButton } from '../hosting/deploy-button.tsx';
import { ResourceSeal } from '../seal/resource-seal.tsx';
import { CopyAsTypeScript } from '../shared/copy-as-typescript.tsx';
import { duration } from '../shared/format.ts';
import { usePanel, useVisible } from '../shared/panel-context.tsx';
import { Section } from '../shared/section.tsx';
import { Loading, Problem } from '../shared/states.tsx';
import { Status } from '../shared/status.tsx';
import { Configuration } from './configuration.tsx';
import { hasEnded } from './job-state.ts';
import { LogView } from './log-view.tsx';
import { MetricView } from './metric-view.tsx';
import { Timeline } from './timeline.tsx';

function StopButton({ job }: { job: Job }) {
  const { trans } = usePanel();
  const stop = useMutation({
    mutationFn: () => read(service['training-jobs'][':name'].stop.$post({ param: { name: job.name } })),
    onSuccess: () => Promise.all([queryClient.invalidateQueries({ queryKey: queries.job(job.name).queryKey }), refreshLists()]),
  });
  const ask = async () => {
    const { button } = await showDialog({
      title: trans.__('Stop %1?', job.name),
      body: trans.__('The script is told to end and has two minutes to save what it has. What it wrote to the model folder is kept.'),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Stop') })],
    });
    if (button.accept) stop.mutate();
  };
  return (
    <>
      <Button
        className="jp-mod-styled jp-Sealab-quiet jp-Sealab-danger"
        disabled={job.status !== 'InProgress' || stop.isPending}
        onClick={() => void ask()}
      >
        {trans.__('Stop')}
      </Button>
      {stop.error !== null && <Problem error={stop.error} />}
    </>
  );
}

/** A training job: what happens, what it says, how good it is, what it was asked, and its seal. */
export function JobView({ name }: { name: string }) {
  const { trans, openTrainingForm } = usePanel();
  const { data: job, error, refetch } = useQuery(queries.job(name));
  const followed = useFollowedJob(name, useVisible());
  if (job === undefined)
    return error === null ? <Loading what={trans.__('Loading %1 …', name)} /> : <Problem error={error} retry={() => void refetch()} />;
  const running = !hasEnded(job.status);
  const took =
    job.createdAt !== undefined && job.endedAt !== undefined ? duration(Date.parse(job.endedAt) - Date.parse(job.createdAt)) : undefined;
  return (
    <article className="jp-Sealab-detail" aria-label={trans.__('Training job %1', name)}>
      <header>
        <div className="jp-Sealab-titleLine">
          <h1>{name}</h1>
          <span role="status">
            <Status status={job.status} phase={job.phase} />
            {took !== undefined && <span className="jp-Sealab-note">{` ${trans.__('in %1', took)}`}</span>}
          </span>
        </div>
        <div className="jp-Sealab-actions">
          {job.status === 'Completed' && <DeployButton trainingJob={name} />}
          {running && <StopButton job={job} />}
          <Button className="jp-mod-styled jp-Sealab-quiet" onClick={() => openTrainingForm({ clone: name })}>
            {trans.__('Clone')}
          </Button>
          <CopyAsTypeScript form={() => queryClient.query(queries.jobForm(name))} />
        </div>
        {job.failure !== undefined && <Problem error={new Error(job.failure)} />}
        <Timeline job={job} />
      </header>
      <div className="jp-Sealab-columns">
        <Section title={trans.__('Log')}>
          <LogView name={name} followed={followed} />
        </Section>
        <aside>
          <Section title={trans.__('Seal')}>
            <ResourceSeal kind="training-jobs" name={name} />
          </Section>
          <Section title={trans.__('Metrics')}>
            <MetricView name={name} running={running} defined={job.configuration.metrics} />
          </Section>
          <Section title={trans.__('Configuration')} open>
            <Configuration job={job} />
          </Section>
        </aside>
      </div>
    </article>
  );
}
