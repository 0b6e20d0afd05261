import { controlsFor } from '../control.ts';
import { schedule } from './monitoring-rows.ts';

export const createMonitoringSchedule = controlsFor('CreateMonitoringSchedule', schedule);
