export function startSealab(home: string, args?: readonly string[]): Promise<number>;
export function stopSealab(home: string): Promise<number>;
export function servicePid(home: string, name: 'gateway' | 'moto'): number;
