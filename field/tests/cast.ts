/** The same few people and things in every test. */
import type { FileAnnouncement, Inspection, Item, Package, Visit } from "@/domain/contract";
import type { OutboxFile, OutboxText } from "@/domain/outbox";

export const LIN = { officer_id: "lin", name: "林", department: "市场监管", certificate_no: "35020600101", is_leader: true };
export const ZHOU = { officer_id: "zhou", name: "周", department: "消防救援", certificate_no: "35020600203", is_leader: false };
export const NOW = Date.parse("2026-11-19T10:00:00+08:00");

export function anItem(change: Partial<Item> = {}): Item {
  return {
    id: "o", code: "SJ-001", title: "明码标价", how: "查看价目牌。", item_class: "ordinary", basis: [], phrases: [],
    result_types: [{ value: "correct_now", label: "当场改正" }],
    ...change,
  };
}

export function anInspection(change: Partial<Inspection> = {}): Inspection {
  return {
    id: "i", department_id: "d", department: "市场监管", state: "dispatched", state_label: "已派发", notice_url: null,
    members: [LIN], shared_facts: [], checklist: { version: "1", sha256: "aa", items: [anItem()] }, answers: [],
    submitted_at: null, returned_reason: null,
    ...change,
  };
}

export function aVisit(change: Partial<Visit> = {}): Visit {
  return {
    id: "v", number: "XC-1", title: "加油站联合检查", state: "dispatched", state_label: "已派发",
    starts_at: "2026-11-19T09:30:00+08:00", ends_at: "2026-11-19T12:00:00+08:00", address_opens_at: null, street: "禾山街道",
    target: {
      id: "t", name: "某某加油站", uscc: "x", address: "某某路 12 号", latitude: 24.5123, longitude: 118.1456, contact_name: "陈某", contact_phone: "",
    },
    why: "", plan_basis: [], burden: "", prepare: [], code: null, rights: [], prohibitions: [], speech: "",
    briefing: { visits: [], open_corrections: [] }, team: [LIN, ZHOU], other_parts: [],
    ...change,
  };
}

export function aPackage(inspection: Partial<Inspection> = {}, visit: Partial<Visit> = {}): Package {
  return { visit: aVisit(visit), inspection: anInspection(inspection) };
}

const BASE = {
  inspection_id: "i", visit_id: "v", item_id: null, sequence: 1, recorded_at: "2026-11-19T10:00:00.000+08:00", clock_offset_ms: 0,
  place: null, state: "waiting" as const, attempts: 0, not_before: 0, receipt: null, received_at: null, problem: null, theirs: null,
};

export function aText(change: Partial<OutboxText> = {}): OutboxText {
  return { ...BASE, id: "text", type: "text", kind: "opinion", payload: { has_objection: false, text: "" }, frozen: null, ...change };
}

export function aFile(change: Partial<OutboxFile> = {}, announcement: Partial<FileAnnouncement> = {}): OutboxFile {
  const id = change.id ?? "file";
  return {
    ...BASE, id, type: "file", is_announced: false, sent_bytes: 0,
    announcement: {
      id, inspection: "i", item_id: null, sha256: "ab".repeat(32), size: 10, mime: "image/jpeg", captured_at: BASE.recorded_at,
      clock_offset_ms: 0, place: null, source: "camera", width: 1, height: 1,
      ...announcement,
    },
    ...change,
  };
}
