import { lockIcon } from '@jupyterlab/ui-components';
import type { TrainingFormInfo } from '../data/queries.ts';
import { SealIcon } from '../seal/seal.tsx';
import { usePanel } from '../shared/panel-context.tsx';

/** The end of an ARN or a list of ids, short enough for a line; the whole of it is in the title. */
const short = (value: string) =>
  value
    .split(', ')
    .map((part) => (part.startsWith('arn:') ? part.split(/[:/]/).slice(-2).join('/') : part))
    .join(', ');

/** The security fields of a training job, as they will be sent: shown, locked, and each with why. */
export function SecuredFields({ id, fields, connected }: { id: string; fields: TrainingFormInfo['fields']; connected: boolean }) {
  const { trans } = usePanel();
  const locked = fields.filter((field) => field.locked || field.path === 'EnableNetworkIsolation');
  // One rule may hold at several places of a request; to people it is one limit.
  const limited = [...new Map(fields.filter((field) => !locked.includes(field)).map((field) => [field.title, field])).values()];
  return (
    <section id={id} tabIndex={-1} className="jp-Sealab-secured" aria-label={trans.__('Secured by the environment')}>
      <h2>
        <SealIcon status="sealed" />
        {trans.__('Secured by the environment')}
      </h2>
      <p className="jp-Sealab-hint">{trans.__('These go into every job by themselves. IAM refuses a job without them.')}</p>
      <ul>
        {locked.map((field) => {
          const open = connected && field.path === 'EnableNetworkIsolation';
          const value = open ? trans.__('project network') : field.value;
          return (
            <li key={field.control}>
              <lockIcon.react tag="span" className="jp-Sealab-icon" title={trans.__('Locked')} />
              <div>
                <p className="jp-Sealab-securedTitle">
                  <span>{field.title}</span>
                  <code title={value}>{short(value)}</code>
                </p>
                <p className="jp-Sealab-hint">
                  {open
                    ? trans.__('The container reaches the project’s VPC endpoints and the package mirror, and nothing else.')
                    : field.because}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      {limited.length > 0 && (
        <details>
          <summary>{trans.__('%1 more limits', limited.length)}</summary>
          <ul>
            {limited.map((field) => (
              <li key={field.control}>
                <div>
                  <p className="jp-Sealab-securedTitle">
                    <span>{field.title}</span>
                    <code title={field.value}>{short(field.value)}</code>
                  </p>
                  <p className="jp-Sealab-hint">{field.because}</p>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
