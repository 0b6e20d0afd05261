import { axisX, axisY, dot, gridY, lineY, plot, pointerX, tip } from '@observablehq/plot';
import { useEffect, useRef, useState } from 'react';
import { figure } from '../shared/format.ts';

interface Point {
  readonly timestamp: string;
  readonly value: number;
}

/** One metric over its observations. Colours come from JupyterLab's theme by CSS variables. */
export default function MetricChart({ label, points }: { label: string; points: readonly Point[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);

  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (box.current === null || width < 80) return;
    const data = points.map(({ value }, index) => ({ step: index + 1, value }));
    const last = data.slice(-1);
    const chart = plot({
      width,
      height: 140,
      marginLeft: 44,
      marginBottom: 22,
      marginTop: 8,
      marginRight: 12,
      ariaLabel: `${label}: ${points.length} values, last ${figure(points.at(-1)?.value ?? 0)}`,
      style: {
        background: 'transparent',
        color: 'var(--jp-ui-font-color2)',
        fontFamily: 'var(--jp-ui-font-family)',
        fontSize: '10px',
        overflow: 'visible',
      },
      y: { nice: true, zero: false },
      marks: [
        gridY({ ticks: 4, stroke: 'var(--jp-border-color2)', strokeOpacity: 1 }),
        axisY({ ticks: 4, label: null, tickSize: 0 }),
        axisX({
          ticks: Math.min(6, data.length),
          label: null,
          tickSize: 0,
          tickFormat: (step: number) => (Number.isInteger(step) ? String(step) : ''),
        }),
        lineY(data, { x: 'step', y: 'value', stroke: 'var(--jp-brand-color1)', strokeWidth: 1.75 }),
        dot(last, { x: 'step', y: 'value', fill: 'var(--jp-brand-color1)', r: 3 }),
        tip(
          data,
          pointerX({
            x: 'step',
            y: 'value',
            fill: 'var(--jp-layout-color1)',
            stroke: 'var(--jp-border-color1)',
            title: ({ step, value }: { step: number; value: number }) => `${step}: ${figure(value)}`,
          }),
        ),
      ],
    });
    box.current.replaceChildren(chart);
    return () => chart.remove();
  }, [label, points, width]);

  return <div ref={box} className="jp-Sealab-chart" />;
}
