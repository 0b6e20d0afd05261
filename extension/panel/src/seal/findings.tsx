import type { SealStatus } from '@sealab/service';
import type { Posture, Seal } from '../data/queries.ts';
import { usePanel } from '../shared/panel-context.tsx';
import { SealIcon, sealWord } from './seal.tsx';

const ORDER: readonly SealStatus[] = ['broken', 'not-verified', 'sealed'];
/** What needs attention comes first; the rest stays in the order of the contract. */
const worstFirst = <T extends { status: SealStatus }>(list: readonly T[]): T[] =>
  ORDER.flatMap((status) => list.filter((item) => item.status === status));

/** The controls of a resource: what was wanted and what is there. */
export function Controls({ seal }: { seal: Seal }) {
  const { trans } = usePanel();
  return (
    <ul className="jp-Sealab-findings">
      {worstFirst(seal.controls).map((control) => (
        <li key={`${control.control} ${control.location}`}>
          <details open={control.status === 'broken'}>
            <summary>
              <SealIcon status={control.status} />
              <span>{control.title}</span>
              {control.status !== 'sealed' && <em>{sealWord(control.status, trans)}</em>}
            </summary>
            <p>{control.because}</p>
            <dl>
              <dt>{trans.__('Field')}</dt>
              <dd>
                <code>{control.location}</code>
              </dd>
              <dt>{trans.__('Wanted')}</dt>
              <dd>
                <code>{control.wanted}</code>
              </dd>
              <dt>{trans.__('Found')}</dt>
              <dd>{control.found === undefined ? trans.__('nothing') : <code>{control.found}</code>}</dd>
            </dl>
            {control.status === 'broken' && <p className="jp-Sealab-remedy">{control.remedy}</p>}
          </details>
        </li>
      ))}
    </ul>
  );
}

/** The live checks of the environment. */
export function Checks({ posture }: { posture: Posture }) {
  const { trans } = usePanel();
  return (
    <ul className="jp-Sealab-findings">
      {worstFirst(posture.checks).map((check) => (
        <li key={check.id}>
          <details open={check.status === 'broken'}>
            <summary>
              <SealIcon status={check.status} />
              <span>{check.title}</span>
              {check.status !== 'sealed' && <em>{sealWord(check.status, trans)}</em>}
            </summary>
            <p>{check.detail}</p>
            {check.remedy !== undefined && check.status !== 'sealed' && <p className="jp-Sealab-remedy">{check.remedy}</p>}
          </details>
        </li>
      ))}
    </ul>
  );
}
