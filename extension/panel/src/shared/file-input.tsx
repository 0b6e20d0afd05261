import { FileDialog } from '@jupyterlab/filebrowser';
import { folderIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import { useId, type InputHTMLAttributes } from 'react';
import { Button } from './button.tsx';
import { queries } from '../data/queries.ts';
import { usePanel } from './panel-context.tsx';
import { ago, bytes } from './format.ts';

interface FileInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'id'> {
  /** The input's; its label has the same with `-label`. */
  readonly id: string;
  readonly kind: 'script' | 'data';
  readonly value: string;
  readonly change: (path: string) => void;
}

/** A path that can be typed, taken from the newest files, or chosen in JupyterLab's own dialog. */
export function FileInput({ kind, value, change, ...input }: FileInputProps) {
  const { trans, documents } = usePanel();
  const { data } = useQuery(queries.files(kind));
  const list = useId();
  const browse = async () => {
    if (documents === null) return;
    const { value: chosen } = await FileDialog.getOpenFiles({
      manager: documents,
      title: kind === 'script' ? trans.__('Choose a script') : trans.__('Choose training data'),
    });
    const path = chosen?.[0]?.path;
    if (path !== undefined) change(path);
  };
  return (
    <div className="jp-Sealab-fileInput">
      <input
        {...input}
        className="jp-mod-styled"
        spellCheck={false}
        autoComplete="off"
        list={list}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      <datalist id={list}>
        {data?.files.map(({ path, bytes: size, modifiedAt }) => (
          <option key={path} value={path}>
            {`${bytes(size)}, ${ago(modifiedAt, trans)}`}
          </option>
        ))}
      </datalist>
      {documents !== null && (
        <Button
          type="button"
          minimal
          title={trans.__('Browse …')}
          aria-label={trans.__('Browse files')}
          aria-describedby={`${input.id}-label`}
          onClick={() => void browse()}
        >
          <folderIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
        </Button>
      )}
    </div>
  );
}
