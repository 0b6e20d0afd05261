import type { LabContext } from '../context.ts';
import { displayable, planView } from '../notebook/display.ts';
import { processingCalls } from '../processing/process.ts';
import { trainingCalls } from '../training/train.ts';
import type { LabRequest, Plan, PlannedCall } from './api.ts';

/** The calls that a method of the lab would make. Reads local files; asks nothing of AWS. */
export function plannedCalls(context: LabContext, request: LabRequest): Promise<readonly PlannedCall[]> {
  return request.kind === 'process' ? processingCalls(context, request) : trainingCalls(context, request);
}

/** A dry run. */
export async function plan(context: LabContext, request: LabRequest): Promise<Plan> {
  const result: Plan = { calls: await plannedCalls(context, request) };
  return displayable(result, () => planView(result));
}
