import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useId, useState, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly note?: ReactNode;
  /** `undefined`: cannot be closed. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

/** A titled part of a view; one with `open` can be folded. */
export function Section({ title, note, open, children }: SectionProps) {
  const [shown, setShown] = useState(open ?? true);
  const id = useId();
  const Caret = shown ? caretDownIcon : caretRightIcon;
  return (
    <section className="jp-Sealab-section" aria-labelledby={`${id}-title`}>
      <div className="jp-Sealab-sectionHead">
        <h2 id={`${id}-title`}>
          {open === undefined ? (
            title
          ) : (
            <button type="button" aria-expanded={shown} aria-controls={id} onClick={() => setShown(!shown)}>
              <Caret.react tag="span" className="jp-Sealab-icon" aria-hidden="true" />
              {title}
            </button>
          )}
        </h2>
        {note !== undefined && <span className="jp-Sealab-note">{note}</span>}
      </div>
      {shown && <div id={id}>{children}</div>}
    </section>
  );
}
