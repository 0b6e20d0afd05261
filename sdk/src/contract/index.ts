export * from './control.ts';
export * from './controls.ts';
export * from './environment.ts';
export * from './errors.ts';
export * from './guarded.ts';
export * from './path.ts';
export * from './pipeline-steps.ts';
export * from './refused.ts';
