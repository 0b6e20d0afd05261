import { useQuery } from '@tanstack/react-query';
import { queries } from './data/queries.ts';
import { SealIcon, sealNumbers, sealWord } from './seal/seal.tsx';
import { usePanel } from './shared/panel-context.tsx';

/** The seal in the status bar: one word for the whole environment. */
export function StatusItem({ show }: { show: () => void }) {
  const { trans } = usePanel();
  const { data } = useQuery(queries.posture);
  if (data === undefined) return null;
  const word = sealWord(data.status, trans);
  return (
    <button type="button" className="jp-Sealab-statusItem" title={`Sealab: ${sealNumbers(data, trans)}`} onClick={show}>
      <SealIcon status={data.status} />
      {word}
    </button>
  );
}
