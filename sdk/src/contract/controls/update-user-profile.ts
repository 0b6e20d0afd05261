import { controlsFor } from '../control.ts';
import { each } from './shared-rows.ts';
import { userSettings } from './studio-rows.ts';

export const updateUserProfile = controlsFor('UpdateUserProfile', each(userSettings('UserSettings.'), { fill: 'never' as const }));
