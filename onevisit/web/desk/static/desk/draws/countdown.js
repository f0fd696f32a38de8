// Counts seconds down between two words of the server; the server's clock is the one that counts.
export function words(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const days = Math.floor(left / 86400);
  const parts = [Math.floor((left % 86400) / 3600), Math.floor((left % 3600) / 60), left % 60];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(" : ");
  return days ? `${days} 天 ${clock}` : clock;
}

export function start(read, show) {
  const begun = performance.now();
  const tick = () => show(words(read() - (performance.now() - begun) / 1000));
  tick();
  return setInterval(tick, 250);
}
