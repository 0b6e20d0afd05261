import { refreshIcon } from '@jupyterlab/ui-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { read, service } from '../data/client.ts';
import { queries, queryClient } from '../data/queries.ts';
import { Checks } from '../seal/findings.tsx';
import { SealIcon, sealNumbers, sealWord } from '../seal/seal.tsx';
import { usePanel } from '../shared/panel-context.tsx';
import { Problem } from '../shared/states.tsx';
import { clock } from '../shared/format.ts';

/** What the eye meets first: one state for the whole environment, with the checks behind it. */
export function EnvironmentSeal() {
  const { trans } = usePanel();
  const environment = useQuery(queries.environment);
  const posture = useQuery(queries.posture);
  const again = useMutation({
    mutationFn: () => read(service.environment.posture.$get({ query: { fresh: 'true' } })),
    onSuccess: (fresh) => queryClient.setQueryData(queries.posture.queryKey, fresh),
  });
  const [open, setOpen] = useState(false);
  const id = useId();

  if (environment.error !== null) return <Problem error={environment.error} retry={() => void environment.refetch()} />;
  const seal = posture.data;
  const status = seal?.status ?? 'not-verified';
  const { project, environmentType, region, account } = environment.data ?? {};
  return (
    <section className={`jp-Sealab-environment jp-mod-${status}`} aria-label={trans.__('Environment')}>
      <button
        type="button"
        className="jp-Sealab-bigSeal"
        aria-expanded={open}
        aria-controls={id}
        disabled={seal === undefined}
        onClick={() => setOpen(!open)}
      >
        <SealIcon status={status} />
        <span className="jp-Sealab-bigSealText" role="status">
          <strong>{seal === undefined && posture.error === null ? trans.__('Checking the seal …') : sealWord(status, trans)}</strong>
          <span>
            {seal === undefined ? (posture.error === null ? ' ' : trans.__('The checks could not be made')) : sealNumbers(seal, trans)}
          </span>
        </span>
      </button>
      {project !== undefined && (
        <p className="jp-Sealab-where">
          <strong>{project}</strong> · <span>{environmentType}</span> · <span>{region}</span> · <span>{account}</span>
        </p>
      )}
      {posture.error !== null && <Problem error={posture.error} retry={() => void posture.refetch()} />}
      {open && seal !== undefined && (
        <div id={id} className="jp-Sealab-checks">
          <Checks posture={seal} />
          <p className="jp-Sealab-checkedAt">
            {trans.__('Looked at %1', clock(seal.checkedAt))}
            <Button
              minimal
              small
              title={trans.__('Check again')}
              aria-label={trans.__('Check again')}
              disabled={again.isPending}
              onClick={() => again.mutate()}
            >
              <refreshIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
            </Button>
          </p>
          {again.error !== null && <Problem error={again.error} />}
        </div>
      )}
    </section>
  );
}
