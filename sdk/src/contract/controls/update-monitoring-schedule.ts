import { controlsFor } from '../control.ts';
import { schedule } from './monitoring-rows.ts';

export const updateMonitoringSchedule = controlsFor('UpdateMonitoringSchedule', schedule);
