import type { ReactNode } from 'react';
import type { Job } from '../data/queries.ts';
import { duration, moment } from '../shared/format.ts';
import { usePanel } from '../shared/panel-context.tsx';

const Row = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

/** What the job was asked to do. */
export function Configuration({ job }: { job: Job }) {
  const { trans } = usePanel();
  const { configuration: given } = job;
  return (
    <dl className="jp-Sealab-configuration">
      <Row name={trans.__('Script')}>
        <code>{given.script}</code>
      </Row>
      {given.inputs.map(({ channel, uri, mode }) => (
        <Row key={channel} name={trans.__('Channel %1', channel)}>
          <code>{uri}</code> {mode}
        </Row>
      ))}
      {given.hyperparameters.length > 0 && (
        <Row name={trans.__('Hyperparameters')}>
          <ul>
            {given.hyperparameters.map(({ name, value }) => (
              <li key={name}>
                <code>{`${name} = ${value}`}</code>
              </li>
            ))}
          </ul>
        </Row>
      )}
      <Row name={trans.__('Instances')}>{`${given.instanceCount ?? ''} × ${given.instanceType ?? ''}, ${given.volumeSize ?? ''} GB`}</Row>
      <Row name={trans.__('Network')}>{given.network === 'isolated' ? trans.__('isolated') : trans.__('connected')}</Row>
      {given.maxRuntime !== undefined && <Row name={trans.__('Longest run time')}>{duration(given.maxRuntime * 1000)}</Row>}
      <Row name={trans.__('Image')}>
        <code>{given.image}</code>
      </Row>
      <Row name={trans.__('Role')}>
        <code>{given.role}</code>
      </Row>
      <Row name={job.artifacts === undefined ? trans.__('Output') : trans.__('Model artifacts')}>
        <code>{job.artifacts ?? given.output}</code>
      </Row>
      {job.createdAt !== undefined && <Row name={trans.__('Created')}>{moment(job.createdAt)}</Row>}
      <Row name={trans.__('ARN')}>
        <code>{job.arn}</code>
      </Row>
    </dl>
  );
}
