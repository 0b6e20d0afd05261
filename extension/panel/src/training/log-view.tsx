import { downloadIcon, InputGroup } from '@jupyterlab/ui-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../shared/button.tsx';
import { request, service } from '../data/client.ts';
import type { Followed, LogLine } from '../data/follow-job.ts';
import { clock } from '../shared/format.ts';
import { usePanel } from '../shared/panel-context.tsx';
import { Problem } from '../shared/states.tsx';

const LINE_HEIGHT = 18;

/** The text with every match marked. Always text: a log may hold HTML. */
function Marked({ text, search }: { text: string; search: string }) {
  if (search === '') return <>{text}</>;
  const parts: { text: string; match: boolean }[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(search); at !== -1; at = lower.indexOf(search, from)) {
    parts.push({ text: text.slice(from, at), match: false }, { text: text.slice(at, at + search.length), match: true });
    from = at + search.length;
  }
  parts.push({ text: text.slice(from), match: false });
  return <>{parts.map((part, index) => (part.match ? <mark key={index}>{part.text}</mark> : part.text))}</>;
}

/** Saves the whole log, as the service has it now, under the job's name. */
async function download(name: string): Promise<void> {
  const response = await request(String(service['training-jobs'][':name'].log.$url({ param: { name } })));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${name}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The live log: searched, followed, downloaded; as quick with 100,000 lines as with ten. */
export function LogView({ name, followed }: { name: string; followed: Followed }) {
  const { trans } = usePanel();
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const sought = useDeferredValue(search).toLowerCase();
  const lines = useMemo(
    () => (sought === '' ? followed.lines : followed.lines.filter(({ message }) => message.toLowerCase().includes(sought))),
    [followed.lines, sought],
  );
  const several = useMemo(() => new Set(followed.lines.map(({ source }) => source)).size > 1, [followed.lines]);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines.length, virtual]);

  const onScroll = () => {
    const box = scroller.current;
    if (box === null) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 2 * LINE_HEIGHT;
    if (!atEnd && virtual.scrollDirection === 'backward') setFollow(false);
  };

  const count =
    sought === '' ? trans._n('%1 line', '%1 lines', lines.length) : trans.__('%1 of %2 lines', lines.length, followed.lines.length);
  const state = {
    following: trans.__('live'),
    reconnecting: trans.__('reconnecting …'),
    ended: trans.__('complete'),
    paused: trans.__('interrupted'),
  }[followed.stream];
  return (
    <div className="jp-Sealab-log">
      <div className="jp-Sealab-logBar">
        <InputGroup
          type="text"
          className="jp-Sealab-search"
          aria-label={trans.__('Search the log')}
          placeholder={trans.__('Search the log')}
          rightIcon="ui-components:search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <span className="jp-Sealab-note" role="status">{`${count} · ${state}`}</span>
        <label>
          <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} />
          {trans.__('Follow')}
        </label>
        <Button
          minimal
          small
          title={trans.__('Download the log')}
          aria-label={trans.__('Download the log')}
          onClick={() => void download(name)}
        >
          <downloadIcon.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
        </Button>
      </div>
      {followed.error !== undefined && <Problem error={followed.error} />}
      <div
        ref={scroller}
        className="jp-Sealab-logLines"
        role="log"
        aria-live="off"
        aria-label={trans.__('Log of %1', name)}
        tabIndex={0}
        onScroll={onScroll}
      >
        {lines.length === 0 ? (
          <p className="jp-Sealab-hint">
            {sought !== ''
              ? trans.__('No line holds this.')
              : followed.stream === 'ended'
                ? trans.__('The job wrote no log.')
                : trans.__('The log begins when the container does.')}
          </p>
        ) : (
          <ol style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const line = lines[index] as LogLine;
              return (
                <li key={index} style={{ transform: `translateY(${start}px)` }} title={line.message}>
                  <time>{clock(String(line.timestamp))}</time>
                  {several && <b>{line.source}</b>}
                  <span>
                    <Marked text={line.message} search={sought} />
                  </span>
                </li>
              );
            })}
          </ol>
        )}
      </div>
    </div>
  );
}
