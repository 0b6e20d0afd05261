import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../shared/button.tsx';
import { read, service } from '../data/client.ts';
import { Field } from '../shared/field.tsx';
import { usePanel } from '../shared/panel-context.tsx';
import { Problem } from '../shared/states.tsx';
import { predictionTable } from './predictions.ts';

const rowsOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Rows in, predictions out. */
export function TestBox({ endpoint, ready }: { endpoint: string; ready: boolean }) {
  const { trans } = usePanel();
  const [text, setText] = useState('');
  const rows = rowsOf(text);
  const send = useMutation({
    mutationFn: async (body: string) => ({
      sent: rowsOf(body),
      answer: await read(service.endpoints[':name'].invocations.$post({ param: { name: endpoint }, json: { body } })),
    }),
  });
  const { answer, sent } = send.data ?? {};
  const table = answer === undefined ? undefined : predictionTable(answer.contentType, answer.text, trans.__('prediction'));
  return (
    <div className="jp-Sealab-testBox">
      <Field
        label={trans.__('Rows (CSV)')}
        hint={
          ready
            ? trans.__('One row a line, features in the order of the training data, without a header.')
            : trans.__('The endpoint answers once it is in service.')
        }
      >
        {(props) => (
          <textarea
            {...props}
            className="jp-mod-styled"
            rows={6}
            spellCheck={false}
            placeholder="20000,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && ready && rows.length > 0) send.mutate(rows.join('\n'));
            }}
          />
        )}
      </Field>
      <div className="jp-Sealab-actions">
        <Button
          className="jp-mod-styled jp-mod-accept"
          disabled={!ready || rows.length === 0 || send.isPending}
          onClick={() => send.mutate(rows.join('\n'))}
        >
          {trans.__('Send')}
        </Button>
        <span className="jp-Sealab-note" role="status">
          {send.isPending
            ? trans._n('Sending %1 row …', 'Sending %1 rows …', rows.length)
            : answer !== undefined
              ? trans.__('Answered in %1 ms', answer.milliseconds)
              : rows.length > 0
                ? trans._n('%1 row', '%1 rows', rows.length)
                : ''}
        </span>
      </div>
      {send.error !== null && <Problem error={send.error} />}
      {answer !== undefined &&
        (table === undefined ? (
          <pre className="jp-Sealab-answer">{answer.text}</pre>
        ) : (
          <div className="jp-Sealab-tableBox" tabIndex={0} role="region" aria-label={trans.__('Predictions')}>
            <table className="jp-Sealab-table">
              <caption className="jp-Sealab-unseen">{trans.__('Predictions')}</caption>
              <thead>
                <tr>
                  <th scope="col">{trans.__('Row')}</th>
                  {table.columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                  <th scope="col">{trans.__('Sent')}</th>
                </tr>
              </thead>
              <tbody>
                {table.rows.map((row, index) => (
                  <tr key={index}>
                    <th scope="row">{index + 1}</th>
                    {row.map((value, column) => (
                      <td key={column}>{value}</td>
                    ))}
                    <td className="jp-Sealab-sent" title={sent?.[index]}>
                      {sent?.[index]}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
    </div>
  );
}
