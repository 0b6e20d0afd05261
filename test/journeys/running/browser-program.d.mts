import type { Browser, LaunchOptions } from 'playwright-core';

export function browserProgram(): Promise<LaunchOptions>;
export function launchBrowser(): Promise<Browser>;
