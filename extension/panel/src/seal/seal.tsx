import type { LabIcon } from '@jupyterlab/ui-components';
import type { SealStatus } from '@sealab/service';
import type { TranslationBundle } from '@jupyterlab/translation';
import { brokenIcon, notVerifiedIcon, sealedIcon } from '../icons.ts';
import { usePanel } from '../shared/panel-context.tsx';

export const SEAL_ICONS: Readonly<Record<SealStatus, LabIcon>> = {
  sealed: sealedIcon,
  broken: brokenIcon,
  'not-verified': notVerifiedIcon,
};

export function sealWord(status: SealStatus, trans: TranslationBundle): string {
  return { sealed: trans.__('Sealed'), broken: trans.__('Broken'), 'not-verified': trans.__('Not verified') }[status];
}

export interface SealNumbers {
  readonly status: SealStatus;
  readonly sealed: number;
  readonly broken: number;
  readonly notVerified: number;
}

/** How many stand behind the word. */
export function sealNumbers({ status, sealed, broken, notVerified }: SealNumbers, trans: TranslationBundle): string {
  const all = sealed + broken + notVerified;
  if (all === 0) return trans.__('nothing could be checked');
  if (status === 'sealed') return trans._n('%1 check holds', 'all %1 checks hold', all);
  if (status === 'broken') return trans.__('%1 of %2 checks fail', broken, all);
  return trans.__('%1 of %2 checks could not be made', notVerified, all);
}

export function SealIcon({ status }: { status: SealStatus }) {
  const Icon = SEAL_ICONS[status];
  return <Icon.react tag="span" className={`jp-Sealab-icon jp-Sealab-seal jp-mod-${status}`} aria-hidden="true" />;
}

/** The small seal on a line of a list: an icon with its words for those who cannot see it. */
export function SmallSeal({ seal }: { seal: SealNumbers | undefined }) {
  const { trans } = usePanel();
  if (seal === undefined) return <span className="jp-Sealab-smallSeal" />;
  const words = `${sealWord(seal.status, trans)}: ${sealNumbers(seal, trans)}`;
  return (
    <span className="jp-Sealab-smallSeal" title={words}>
      <SealIcon status={seal.status} />
      <span className="jp-Sealab-unseen">{words}</span>
    </span>
  );
}
