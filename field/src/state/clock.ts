/**
 * The city's clock. In the demo city the server's time runs ahead of the phone's: what a person reads and what goes on record
 * follows the city; waiting times, locks and leases follow the phone. Everywhere else the two are the same.
 */
import { isClockOff } from "@/domain/entry";
import { clockText, instant, monthDay } from "@/domain/time";
import { t } from "@/words/t";
import { usePhone } from "./phone";

/** A moment of the phone's clock as the city counts it. */
export function inCity(phoneMs: number): number {
  return phoneMs - usePhone().cityShift;
}

/** For everything shown as a moment or recorded as one. */
export function cityNow(): number {
  return inCity(Date.now());
}

/** 演示时间 as the desk shows it; null outside the demo city. */
export function demoMoment(): string | null {
  const phone = usePhone();
  const now = instant(phone.now);
  return phone.isDemo ? `${monthDay(now)} ${clockText(now)}` : null;
}

/** What an officer may know of the phone's clock: how far it is off, or that the demo city keeps its own time. */
export function clockSentence(): string {
  const moment = demoMoment();
  if (moment !== null) return t("demo.time", { time: moment });
  const offset = usePhone().clockOffset;
  const n = Math.abs(offset);
  if (!isClockOff(offset)) return t("entry.clock_good", { n: Math.round(n / 1000) });
  return t(offset > 0 ? "phone.clock_fast" : "phone.clock_slow", { n: t("phone.minutes", { n: Math.round(n / 60_000) }) });
}
