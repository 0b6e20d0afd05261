import { errorIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { ServiceError } from '../data/service-error.ts';
import { usePanel } from './panel-context.tsx';

/** What is wrong and what to do; with a button when trying again may help. */
export function Problem({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const { trans } = usePanel();
  const remedy = error instanceof ServiceError ? error.remedy : undefined;
  return (
    <div className="jp-Sealab-problem" role="alert">
      <errorIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
      <div>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        {remedy !== undefined && <p className="jp-Sealab-hint">{remedy}</p>}
        {retry !== undefined && (
          <Button small className="jp-mod-styled jp-Sealab-small" onClick={() => retry()}>
            {trans.__('Try again')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Says that something is on its way, without moving. */
export function Loading({ what }: { what: string }) {
  return (
    <p className="jp-Sealab-hint" role="status">
      {what}
    </p>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="jp-Sealab-hint">{children}</p>;
}
