/** Roles that only the infrastructure itself needs, besides the contract's ROLE_PURPOSES. */
export const INTERNAL_PURPOSES = ['flow-log', 'deployment'] as const;
export type InternalPurpose = (typeof INTERNAL_PURPOSES)[number];
