import type { Job } from '../data/queries.ts';
import { clock, duration } from '../shared/format.ts';
import { usePanel } from '../shared/panel-context.tsx';
import { hasEnded } from './job-state.ts';
import { statusWord } from '../shared/status.tsx';

/** What the job went through, step by step, each with how long it took. */
export function Timeline({ job }: { job: Job }) {
  const { trans } = usePanel();
  const steps = job.transitions.filter(({ startedAt }) => startedAt !== undefined);
  return (
    <ol className="jp-Sealab-timeline" aria-label={trans.__('Status timeline')}>
      {steps.map((step, index) => {
        const current = index === steps.length - 1 && !hasEnded(job.status);
        const took =
          step.startedAt !== undefined && step.endedAt !== undefined ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : undefined;
        const bad = step.phase === 'Failed' || step.phase === 'MaxRuntimeExceeded';
        return (
          <li
            key={index}
            className={bad ? 'jp-mod-bad' : current ? 'jp-mod-busy' : 'jp-mod-good'}
            aria-current={current ? 'step' : undefined}
            title={step.message}
          >
            <strong>{statusWord(step.phase, trans)}</strong>
            <span>{`${clock(step.startedAt ?? '')}${took !== undefined && took >= 1000 ? ` · ${duration(took)}` : ''}`}</span>
          </li>
        );
      })}
    </ol>
  );
}
