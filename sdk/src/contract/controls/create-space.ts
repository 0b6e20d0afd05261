import { controlsFor } from '../control.ts';
import { space } from './studio-rows.ts';

export const createSpace = controlsFor('CreateSpace', space);
