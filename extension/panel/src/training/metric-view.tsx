import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { queries } from '../data/queries.ts';
import { figure } from '../shared/format.ts';
import { usePanel, useRefresh } from '../shared/panel-context.tsx';
import { Empty, Loading, Problem } from '../shared/states.tsx';

/** Observable Plot is larger than the rest of the panel: it comes when there is a curve to draw. */
const MetricChart = lazy(() => import('./metric-chart.tsx'));

/** Last value of each metric, and its curve where it has more than one point. */
export function MetricView({ name, running, defined }: { name: string; running: boolean; defined: readonly { readonly name: string }[] }) {
  const { trans } = usePanel();
  const interval = useRefresh(running);
  const { data, error, refetch } = useQuery({
    ...queries.metrics(name),
    refetchInterval: interval === false ? false : Math.min(interval, 3000),
  });
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what={trans.__('Loading metrics …')} />;
  const names = [...new Set([...defined.map((metric) => metric.name), ...Object.keys(data.last)])];
  if (names.length === 0)
    return (
      <Empty>
        {trans.__('This job defines no metrics. Add them in the form: a name, and a regular expression that finds the value in the log.')}
      </Empty>
    );
  return (
    <div className="jp-Sealab-metrics">
      {names.map((metric) => {
        const points = data.points.filter((point) => point.name === metric);
        const last = data.last[metric];
        return (
          <figure key={metric}>
            <figcaption>
              <span>{metric}</span>
              <strong>{last === undefined ? '–' : figure(last)}</strong>
            </figcaption>
            {points.length > 1 && (
              <Suspense fallback={<Loading what={trans.__('Drawing …')} />}>
                <MetricChart label={metric} points={points} />
              </Suspense>
            )}
          </figure>
        );
      })}
      {data.points.length === 0 && (
        <Empty>{running ? trans.__('No value in the log yet.') : trans.__('The log holds no value that these expressions find.')}</Empty>
      )}
    </div>
  );
}
