import { controlsFor } from '../control.ts';
import { each } from './shared-rows.ts';
import { userSettings } from './studio-rows.ts';

/** A profile inherits what it does not name from its domain, which has these rows too. */
export const createUserProfile = controlsFor('CreateUserProfile', each(userSettings('UserSettings.'), { fill: 'never' as const }));
