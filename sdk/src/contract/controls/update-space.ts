import { controlsFor } from '../control.ts';
import { space } from './studio-rows.ts';

export const updateSpace = controlsFor('UpdateSpace', space);
