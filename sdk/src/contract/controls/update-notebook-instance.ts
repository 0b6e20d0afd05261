import { controlsFor } from '../control.ts';
import { notebook } from './notebook-rows.ts';
import { each } from './shared-rows.ts';

export const updateNotebookInstance = controlsFor('UpdateNotebookInstance', {
  ...each(notebook, { fill: 'never' as const }),
  KeepsLifecycle: {
    path: 'DisassociateLifecycleConfig',
    describePath: null,
    wanted: { constant: false },
    match: 'false',
    fill: 'never',
    conditionKey: null,
    noConditionKey:
      'SageMaker has no condition key for it: the SDK refuses it, and detection finds the instance without its configuration.',
    title: 'Keeps its lifecycle configuration',
    because: 'Without it the notebook starts without the panel, the SDK and the mirror.',
    remedy: 'Leave DisassociateLifecycleConfig out.',
  },
});
