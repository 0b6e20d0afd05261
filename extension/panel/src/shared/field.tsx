import { useId, type ReactNode } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Gets what ties the input to its label, its hint and its error. */
  readonly children: (input: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode;
}

/** A label, an input, a hint, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter((part) => part !== false).join(' ');
  return (
    <div className="jp-Sealab-field">
      <label id={`${id}-label`} htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': error !== undefined })}
      {error !== undefined && (
        <p id={`${id}-error`} className="jp-Sealab-fieldError">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="jp-Sealab-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
