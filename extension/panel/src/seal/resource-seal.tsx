import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { queries, type SealedKind } from '../data/queries.ts';
import { usePanel } from '../shared/panel-context.tsx';
import { Loading, Problem } from '../shared/states.tsx';
import { Controls } from './findings.tsx';
import { SealIcon, sealNumbers, sealWord } from './seal.tsx';

/** The seal of one job, model or endpoint; it opens to the list of its controls. */
export function ResourceSeal({ kind, name }: { kind: SealedKind; name: string }) {
  const { trans } = usePanel();
  const { data, error, refetch } = useQuery(queries.seal(kind, name));
  const [open, setOpen] = useState(false);
  const id = useId();
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what={trans.__('Checking the seal …')} />;
  return (
    <div className={`jp-Sealab-resourceSeal jp-mod-${data.status}`}>
      <button type="button" className="jp-Sealab-sealButton" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <SealIcon status={data.status} />
        <strong>{sealWord(data.status, trans)}</strong>
        <span className="jp-Sealab-note">{sealNumbers(data, trans)}</span>
      </button>
      {open && (
        <div id={id}>
          <Controls seal={data} />
        </div>
      )}
    </div>
  );
}
