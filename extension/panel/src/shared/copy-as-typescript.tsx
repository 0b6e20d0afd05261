import { Clipboard, Notification } from '@jupyterlab/apputils';
import { codeIcon } from '@jupyterlab/ui-components';
import type { TrainingFormInput } from '@sealab/service';
import { useMutation } from '@tanstack/react-query';
import { Button } from './button.tsx';
import { read, service } from '../data/client.ts';
import { usePanel } from './panel-context.tsx';

/** Puts the same job as a notebook cell on the clipboard. */
export function CopyAsTypeScript({ form }: { form: () => TrainingFormInput | Promise<TrainingFormInput> }) {
  const { trans } = usePanel();
  const copy = useMutation({
    mutationFn: async () => read(service['training-jobs'].typescript.$post({ json: await form() })),
    onSuccess: ({ code }) => {
      Clipboard.copyToSystem(code);
      Notification.success(trans.__('Copied. Paste it into a cell of a TypeScript notebook.'), { autoClose: 4000 });
    },
    onError: (error) => Notification.error(error.message, { autoClose: 6000 }),
  });
  return (
    <Button type="button" className="jp-mod-styled jp-Sealab-quiet" disabled={copy.isPending} onClick={() => copy.mutate()}>
      <codeIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
      {trans.__('Copy as TypeScript')}
    </Button>
  );
}
