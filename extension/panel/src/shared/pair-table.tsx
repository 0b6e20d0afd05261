import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import { useRef } from 'react';
import { Button } from './button.tsx';
import type { Pair } from '../training/form-state.ts';
import { usePanel } from './panel-context.tsx';

interface PairTableProps {
  readonly caption: string;
  readonly columns: readonly [name: string, value: string];
  readonly pairs: readonly Pair[];
  readonly error: string | undefined;
  readonly change: (pairs: readonly Pair[]) => void;
}

/** Names and values, a line each. */
export function PairTable({ caption, columns, pairs, error, change }: PairTableProps) {
  const { trans } = usePanel();
  const table = useRef<HTMLTableElement>(null);
  const set = (index: number, part: Partial<Pair>) => change(pairs.map((pair, i) => (i === index ? { ...pair, ...part } : pair)));
  const add = () => {
    change([...pairs, { name: '', value: '' }]);
    requestAnimationFrame(() => table.current?.querySelector<HTMLInputElement>('tbody tr:last-child input')?.focus());
  };
  return (
    <div className="jp-Sealab-field">
      <table ref={table} className="jp-Sealab-pairs">
        <caption>{caption}</caption>
        {pairs.length > 0 && (
          <thead>
            <tr>
              <th scope="col">{columns[0]}</th>
              <th scope="col">{columns[1]}</th>
              <th scope="col">
                <span className="jp-Sealab-unseen">{trans.__('Remove')}</span>
              </th>
            </tr>
          </thead>
        )}
        <tbody>
          {pairs.map((pair, index) => (
            <tr key={index}>
              <td>
                <input
                  className="jp-mod-styled"
                  spellCheck={false}
                  aria-label={`${columns[0]} ${index + 1}`}
                  value={pair.name}
                  onChange={(event) => set(index, { name: event.target.value })}
                />
              </td>
              <td>
                <input
                  className="jp-mod-styled"
                  spellCheck={false}
                  aria-label={pair.name === '' ? `${columns[1]} ${index + 1}` : pair.name}
                  value={pair.value}
                  onChange={(event) => set(index, { value: event.target.value })}
                />
              </td>
              <td>
                <Button
                  type="button"
                  minimal
                  small
                  title={trans.__('Remove')}
                  aria-label={trans.__('Remove %1', pair.name || String(index + 1))}
                  onClick={() => change(pairs.filter((_, i) => i !== index))}
                >
                  <closeIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {error !== undefined && (
        <p className="jp-Sealab-fieldError" role="alert">
          {error}
        </p>
      )}
      <Button type="button" minimal small className="jp-Sealab-add" onClick={add}>
        <addIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
        {trans.__('Add to %1', caption.toLowerCase())}
      </Button>
    </div>
  );
}
