import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { Figure, FiguresMediaType } from '@sealab/service';

const FIGURES: FiguresMediaType = 'application/vnd.sealab.figures+json';
const WIDEST = 560;

/** Charts of the SDK in a notebook. Elsewhere (an export, another front end) the SVG that comes with them is shown. */
class FiguresView extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('jp-Sealab-figures');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { drawn } = await import('./draw.ts');
    const figures = model.data[FIGURES] as unknown as readonly Figure[];
    this.node.replaceChildren(...figures.map((figure) => drawn(figure, WIDEST)));
  }
}

/** Draws `chart(…)` with Observable Plot. */
export const figures: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-sealab:figures',
  description: 'Charts of the Sealab SDK in notebooks.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (_, registry: IRenderMimeRegistry) => {
    // Data alone, and drawn by code that is installed: as safe as a picture. Before HTML, which comes beside it.
    registry.addFactory({ safe: true, mimeTypes: [FIGURES], createRenderer: () => new FiguresView() }, 0);
  },
};
