/** Times as officers read them: 24 hours, Chinese dates, the phone's own time zone. */

const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Write an instant with the phone's own offset, so that the original local time survives. */
export function instant(ms: number): string {
  const date = new Date(ms);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? "-" : "+";
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, 23);
  return `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

export function clockText(value: string, withSeconds = false): string {
  const date = new Date(value);
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${text}:${two(date.getSeconds())}` : text;
}

export function monthDay(value: string): string {
  const date = new Date(value);
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function dayText(value: string): string {
  return `${monthDay(value)} ${WEEKDAYS[new Date(value).getDay()]}`;
}

export function dayKey(value: string): string {
  return `${new Date(value).getFullYear()}-${monthDay(value)}`;
}

export function spanText(from: string, to: string): string {
  return `${clockText(from)}-${clockText(to)}`;
}

/** Today: the hour. Another day: the date and the hour. */
export function momentText(value: string, now: number): string {
  return dayKey(value) === dayKey(instant(now)) ? clockText(value) : `${monthDay(value)} ${clockText(value)}`;
}
