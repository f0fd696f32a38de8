/** What a visit rests on: the plan in one line, then every article of law on its own. */

export interface Basis {
  plan: string;
  articles: string[];
}

/** The first line names the plan; the others may hold several articles, one after the other. */
export function basisOf(lines: readonly string[]): Basis {
  const [plan = "", ...rest] = lines;
  const articles = rest.flatMap((line) => line.split(/[；\n]/)).map((one) => one.trim());
  return { plan, articles: [...new Set(articles)].filter((one) => one !== "") };
}
