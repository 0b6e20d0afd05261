import type { LaunchEvent, TrainingFormInput } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';
import { service } from '../data/client.ts';
import { events } from '../data/event-source.ts';
import { bytes } from '../shared/format.ts';

/** One sentence for a step between Launch and the job's name. */
function sentence(event: LaunchEvent & { type: 'progress' }, trans: TranslationBundle): string {
  const { progress } = event;
  switch (progress.step) {
    case 'packing':
      return trans.__('Packing the script …');
    case 'uploading':
      return trans.__('Uploading %1: %2 of %3', progress.file, bytes(progress.bytes), bytes(progress.totalBytes));
    case 'submitting':
      return trans.__('Submitting %1 …', progress.name);
  }
}

/** Launches, tells how far it is, and gives the job's name. */
export async function launch(form: TrainingFormInput, tell: (progress: string) => void, trans: TranslationBundle): Promise<string> {
  const url = service['training-jobs'].$url();
  for await (const event of events<LaunchEvent>(url, {
    method: 'POST',
    body: JSON.stringify(form),
    headers: { 'Content-Type': 'application/json' },
  })) {
    if (event.type === 'launched') return event.name;
    tell(sentence(event, trans));
  }
  throw new Error(
    trans.__('The connection ended before the job was confirmed. Look for it under Training jobs before you launch it again.'),
  );
}
