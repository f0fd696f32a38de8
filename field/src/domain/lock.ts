/** The PIN: its shape, and how long to wait after wrong ones. Nothing is ever wiped for a wrong PIN. */

export const PIN_LENGTH = 6;
export const IDLE_LOCK_MS = 15 * 60_000;
const FREE_TRIES = 5;

export function isPin(text: string): boolean {
  return new RegExp(`^\\d{${PIN_LENGTH}}$`).test(text);
}

/** 111111 and 123456 are guessed first. */
export function isWeakPin(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]));
  return steps.every((step) => step === steps[0] && Math.abs(step) <= 1);
}

export function waitAfterFailures(failures: number): number {
  if (failures < FREE_TRIES) return 0;
  return Math.min(15 * 60_000, 30_000 * 2 ** (failures - FREE_TRIES));
}
