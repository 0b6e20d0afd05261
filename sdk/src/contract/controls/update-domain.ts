import { controlsFor } from '../control.ts';
import { domain, noRStudio } from './domain-rows.ts';
import * as rows from './shared-rows.ts';

export const updateDomain = controlsFor('UpdateDomain', {
  ...rows.each(domain('DomainSettingsForUpdate'), { fill: 'never' as const }),
  NoRStudio: noRStudio('DomainSettingsForUpdate.RStudioServerProDomainSettingsForUpdate'),
});
