import type { PreflightCheck } from '../check.ts';
import { verdict } from '../simulate.ts';
import { simulateWrite } from './output.ts';

/** The caller may upload code and data to where the lab puts them. */
export const upload: PreflightCheck = {
  name: 'upload',
  async ask(asked) {
    const uploads = asked.facts.inputs.filter(({ uploaded }) => uploaded);
    const caller = uploads.length === 0 ? '' : await asked.caller();
    return Promise.all(
      uploads.map(async ({ value, field }) =>
        verdict(await simulateWrite(asked, caller, value), {
          well: `Your policies let you upload to ${value}.`,
          refused: `You cannot upload to ${value}`,
          remedy: 'Run it from a notebook of the project.',
          field,
        }),
      ),
    );
  },
};
