import { Dialog, showDialog } from '@jupyterlab/apputils';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Button } from '../shared/button.tsx';
import { read, service } from '../data/client.ts';
import { queries, queryClient, refreshLists, type Endpoint } from '../data/queries.ts';
import { ServiceError } from '../data/service-error.ts';
import { ResourceSeal } from '../seal/resource-seal.tsx';
import { clock, moment } from '../shared/format.ts';
import { usePanel, useRefresh } from '../shared/panel-context.tsx';
import { Section } from '../shared/section.tsx';
import { Empty, Loading, Problem } from '../shared/states.tsx';
import { Status, toneOf } from '../shared/status.tsx';
import { TestBox } from './test-box.tsx';

function DeleteButton({ name, done }: { name: string; done: () => void }) {
  const { trans } = usePanel();
  const remove = useMutation({
    mutationFn: () => read(service.endpoints[':name'].$delete({ param: { name } })),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: queries.endpoint(name).queryKey });
      void refreshLists();
      done();
    },
  });
  const ask = async () => {
    const { button } = await showDialog({
      title: trans.__('Delete %1?', name),
      body: trans.__('The endpoint stops answering. Its configuration and model are removed too; the training job and its artifacts stay.'),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete endpoint') })],
    });
    if (button.accept) remove.mutate();
  };
  return (
    <>
      <Button className="jp-mod-styled jp-Sealab-quiet jp-Sealab-danger" disabled={remove.isPending} onClick={() => void ask()}>
        {trans.__('Delete endpoint')}
      </Button>
      {remove.isPending && (
        <span className="jp-Sealab-hint" role="status">
          {trans.__('Deleting …')}
        </span>
      )}
      {remove.error !== null && <Problem error={remove.error} />}
    </>
  );
}

function EndpointLog({ name }: { name: string }) {
  const { trans } = usePanel();
  const { data, error, refetch } = useQuery({ ...queries.endpointLog(name), refetchInterval: useRefresh() });
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what={trans.__('Loading the log …')} />;
  if (data.lines.length === 0) return <Empty>{trans.__('The log begins when the container does.')}</Empty>;
  return (
    <div className="jp-Sealab-logLines jp-mod-static" role="log" aria-live="off" aria-label={trans.__('Log of %1', name)} tabIndex={0}>
      <ol>
        {data.lines.map(({ timestamp, message }, index) => (
          <li key={index} title={message}>
            <time>{clock(timestamp)}</time>
            <span>{message}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Facts({ endpoint }: { endpoint: Endpoint }) {
  const { trans } = usePanel();
  return (
    <dl className="jp-Sealab-configuration">
      {endpoint.variants.map((variant) => (
        <div key={variant.name} className="jp-Sealab-contents">
          <dt>{trans.__('Variant %1', variant.name)}</dt>
          <dd>{trans.__('%1 of %2 instances', variant.instances ?? 0, variant.wantedInstances ?? variant.instances ?? 0)}</dd>
          {variant.image !== undefined && (
            <>
              <dt>{trans.__('Image')}</dt>
              <dd>
                <code>{variant.image}</code>
              </dd>
            </>
          )}
        </div>
      ))}
      <dt>{trans.__('Configuration')}</dt>
      <dd>
        <code>{endpoint.configuration}</code>
      </dd>
      {endpoint.createdAt !== undefined && (
        <>
          <dt>{trans.__('Created')}</dt>
          <dd>{moment(endpoint.createdAt)}</dd>
        </>
      )}
      <dt>{trans.__('ARN')}</dt>
      <dd>
        <code>{endpoint.arn}</code>
      </dd>
    </dl>
  );
}

/** An endpoint: whether it answers, a box to try it, its seal, its log. */
export function EndpointView({ name, close }: { name: string; close: () => void }) {
  const { trans } = usePanel();
  const quick = useRefresh();
  const {
    data: endpoint,
    error,
    refetch,
  } = useQuery({
    ...queries.endpoint(name),
    refetchInterval: ({ state }) => (quick === false ? false : toneOf(state.data?.status) === 'busy' ? Math.min(quick, 2000) : quick),
  });
  const status = endpoint?.status;
  useEffect(() => {
    if (status !== undefined) void refreshLists();
  }, [status]);
  if (error instanceof ServiceError && error.code !== 'Unreachable' && endpoint !== undefined) {
    return <Problem error={error} retry={() => void refetch()} />;
  }
  if (endpoint === undefined)
    return error === null ? <Loading what={trans.__('Loading %1 …', name)} /> : <Problem error={error} retry={() => void refetch()} />;
  return (
    <article className="jp-Sealab-detail" aria-label={trans.__('Endpoint %1', name)}>
      <header>
        <div className="jp-Sealab-titleLine">
          <h1>{name}</h1>
          <span role="status">
            <Status status={endpoint.status} />
          </span>
        </div>
        <div className="jp-Sealab-actions">
          <DeleteButton name={name} done={close} />
        </div>
        {endpoint.failure !== undefined && <Problem error={new Error(endpoint.failure)} />}
      </header>
      <div className="jp-Sealab-columns">
        <div>
          <Section title={trans.__('Test box')}>
            <TestBox endpoint={name} ready={endpoint.status === 'InService'} />
          </Section>
          <Section title={trans.__('Log')} open={endpoint.status !== 'InService'}>
            <EndpointLog name={name} />
          </Section>
        </div>
        <aside>
          <Section title={trans.__('Seal')}>
            <ResourceSeal kind="endpoints" name={name} />
          </Section>
          <Section title={trans.__('Configuration')} open>
            <Facts endpoint={endpoint} />
          </Section>
        </aside>
      </div>
    </article>
  );
}
