import type { TrainingFormInput } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';
/** Launches, tells how far it is, and gives the job's name. */
export declare function launch(form: TrainingFormInput, tell: (progress: string) => void, trans: TranslationBundle): Promise<string>;
//# sourceMappingURL=launch.d.ts.map