/** The record of one part in sentences, as it is read aloud and as the document will say it. */
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import type { Package } from "@/domain/contract";
import { recordLines } from "@/domain/record";
import { instant } from "@/domain/time";
import { type Key, t } from "@/words/t";
import { cityNow } from "./clock";
import { useSession } from "./session";
import { useVisit } from "./visits";

export function useRecord(pack: MaybeRefOrGetter<Package>) {
  const session = useSession();
  const { drafts, items, progress } = useVisit(() => toValue(pack).visit.id);
  const names = computed(() => {
    const { inspection, visit } = toValue(pack);
    const people = [...inspection.members, ...visit.team];
    const ids = [session.officerId ?? "", ...progress.value.confirmed_by];
    return ids.map((id) => people.find((one) => one.officer_id === id)?.name ?? session.officer?.name ?? "");
  });
  const startedAt = computed(
    () => items.value.find((item) => item.type === "text" && item.kind === "entry")?.recorded_at ?? instant(cityNow()),
  );
  return computed(() =>
    recordLines(toValue(pack), drafts.value, names.value, startedAt.value, {
      head: (values) => t("record.head", values),
      officers: (list) => t("record.officers", { names: list.join("、") }),
      counts: (values) => t("record.counts", values),
      line: ({ n, title, answer, note }) => t("record.line", { n, title, answer: t(`answer.${answer}` as Key), note }),
    }),
  );
}
