/** The record read to the party: what was looked at, what was found, in sentences. The words come from the caller's catalogue. */
import { allItems, count, type Draft, noteWithClause } from "./checklist";
import type { Answer, Package, Uuid } from "./contract";
import { clockText, monthDay } from "./time";

export interface RecordWords {
  head(values: { organ: string; day: string; time: string; name: string }): string;
  officers(names: string[]): string;
  counts(values: Record<Answer | "all", number>): string;
  line(values: { n: number; title: string; answer: Answer; note: string }): string;
}

export function recordLines(
  pack: Package,
  drafts: ReadonlyMap<Uuid, Draft>,
  officerNames: string[],
  startedAt: string,
  words: RecordWords,
): { head: string[]; problems: string[]; all: string[] } {
  const { visit, inspection } = pack;
  const items = allItems(inspection);
  const { unanswered: _open, ...counts } = count(items, drafts);
  const rows = items.flatMap((item, index) => {
    const draft = drafts.get(item.id);
    if (draft?.answer == null) return [];
    const text = words.line({ n: index + 1, title: item.title, answer: draft.answer, note: noteWithClause(draft) });
    return [{ text, isProblem: draft.answer === "problem" }];
  });
  return {
    head: [
      words.head({
        organ: inspection.department,
        day: monthDay(startedAt),
        time: clockText(startedAt),
        name: visit.target?.name ?? visit.title,
      }),
      words.officers(officerNames),
      words.counts({ ...counts, all: items.length }),
    ],
    problems: rows.filter((row) => row.isProblem).map((row) => row.text),
    all: rows.map((row) => row.text),
  };
}
