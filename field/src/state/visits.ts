/** What a screen about one visit needs, in one place. */
import { computed, type MaybeRefOrGetter, toValue } from "vue";
import type { Package } from "@/domain/contract";
import { delivery, mayWrite, type Stage, stageOf } from "@/domain/progress";
import { type Key, t } from "@/words/t";
import { useOutbox } from "./outbox";
import { useWork } from "./work";

export type Tone = "rest" | "active" | "warn" | "late" | "ok" | "bound" | "sealed";

export function useVisit(visitId: MaybeRefOrGetter<string>) {
  const work = useWork();
  const outbox = useOutbox();
  const pack = computed(() => work.packOf(toValue(visitId)));
  const inspectionId = computed(() => pack.value?.inspection.id ?? "");
  const items = computed(() => outbox.of(inspectionId.value));
  const drafts = computed(() => work.draftsOf(inspectionId.value));
  const progress = computed(() => work.progressOf(inspectionId.value));
  const stage = computed<Stage>(() => (pack.value === null ? "sealed" : stageOf(pack.value, items.value)));
  const isOpen = computed(() => mayWrite(stage.value));
  const sent = computed(() => delivery(progress.value, items.value));
  return { pack, inspectionId, items, drafts, progress, stage, isOpen, sent };
}

const TONES: Record<Stage, Tone> = {
  sealed: "sealed",
  ready: "rest",
  entered: "active",
  unable: "rest",
  submitted: "warn",
  returned: "warn",
};

/** The badge of a visit: 已提交 only when the server holds every byte. */
export function badgeOf(pack: Package): { text: string; tone: Tone; stage: Stage } {
  const items = useOutbox().of(pack.inspection.id);
  const stage = stageOf(pack, items);
  if (stage !== "submitted") return { text: t(`stage.${stage}` as Key), tone: TONES[stage], stage };
  const sent = delivery(useWork().progressOf(pack.inspection.id), items);
  if (sent === "delivered") return { text: t("stage.delivered"), tone: "bound", stage };
  if (items.length === 0) return { text: pack.inspection.state_label, tone: "bound", stage };
  return { text: t(sent === "partial" ? "stage.partial" : "stage.local"), tone: "warn", stage };
}

export function distanceText(metres: number): string {
  return metres < 1_000 ? `${Math.round(metres)} 米` : `${(metres / 1_000).toFixed(1)} 公里`;
}
