import type { TranslationBundle } from '@jupyterlab/translation';
import { usePanel } from './panel-context.tsx';

type Tone = 'good' | 'bad' | 'busy' | 'quiet';

const TONES: Readonly<Record<string, Tone>> = {
  Completed: 'good',
  InService: 'good',
  Failed: 'bad',
  RollingBack: 'bad',
  OutOfService: 'bad',
  UpdateRollbackFailed: 'bad',
  InProgress: 'busy',
  Stopping: 'busy',
  Creating: 'busy',
  Updating: 'busy',
  SystemUpdating: 'busy',
  Deleting: 'busy',
};
export const toneOf = (status: string | undefined): Tone => TONES[status ?? ''] ?? 'quiet';

/** SageMaker's word, as people write it. */
export function statusWord(status: string | undefined, trans: TranslationBundle): string {
  switch (status) {
    case undefined:
      return '';
    case 'InProgress':
      return trans.__('Running');
    case 'InService':
      return trans.__('In service');
    default:
      return status.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  }
}

/** A dot and a word; the word says it all. */
export function Status({ status, phase }: { status: string | undefined; phase?: string | undefined }) {
  const { trans } = usePanel();
  const word = statusWord(status, trans);
  const step = phase !== undefined && phase !== status ? statusWord(phase, trans) : undefined;
  return (
    <span className={`jp-Sealab-status jp-mod-${toneOf(status)}`}>
      <span className="jp-Sealab-dot" aria-hidden="true" />
      {status === 'InProgress' && step !== undefined ? step : word}
    </span>
  );
}
