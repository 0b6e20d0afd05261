import { Dialog, showDialog } from '@jupyterlab/apputils';
import { usePanel } from '../shared/panel-context.tsx';
import { ResourceSeal } from '../seal/resource-seal.tsx';
import { PanelBody } from '../shared/panel-body.tsx';
import { ResourceList } from './resource-list.tsx';

/** Models have little to show: their seal, in a dialog. */
export function ModelList() {
  const panel = usePanel();
  const { trans } = panel;
  const open = (name: string) =>
    void showDialog({
      title: name,
      body: new PanelBody(
        panel,
        <div className="jp-Sealab-dialog">
          <ResourceSeal kind="models" name={name} />
        </div>,
      ),
      buttons: [Dialog.okButton({ label: trans.__('Close') })],
    });
  return <ResourceList kind="models" open={open} empty={trans.__('No models. Deploying a job creates one.')} />;
}
