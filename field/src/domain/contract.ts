/** What the phone and the server say to each other: contracts/field.md as types. */

export type Uuid = string;
/** ISO 8601 with offset. */
export type Instant = string;

export interface Place {
  latitude: number;
  longitude: number;
  accuracy_m: number;
}

export interface Session {
  officer: {
    id: Uuid;
    name: string;
    certificate_no: string;
    certificate_valid_until: string | null;
    department: string;
  };
  server_time: Instant;
  csrf: string;
  is_demo: boolean;
  demo_label: string | null;
  /** Keys of badge codes that the server knows of this officer. */
  badge_key_ids?: string[];
  vapid_public_key: string | null;
}

export interface LegalBasis {
  text: string;
  state: "valid" | "unverified";
}

export type ItemClass = "ordinary" | "priority";

export interface Item {
  id: Uuid;
  code: string;
  title: string;
  how: string;
  item_class: ItemClass;
  basis: LegalBasis[];
  phrases: string[];
  result_types: { value: string; label: string }[];
}

export type Answer = "ok" | "problem" | "not_applicable" | "not_checked";

export interface HeldAnswer {
  item_id: Uuid;
  answer: Answer;
  note: string;
  recorded_at: Instant;
  officer_id: Uuid;
  version: number;
}

export interface TeamMember {
  officer_id: Uuid;
  name: string;
  department: string;
  certificate_no: string;
  is_leader: boolean;
  /** Public keys of this colleague's phones, so that a badge is checked without a network. */
  badge_keys?: string[];
  /** When this colleague came, as far as the server has heard. */
  presence?: { arrived_at: string | null; has_opened: boolean };
}

/** A document of the part and the number reserved for it. */
export interface PartDocument {
  kind: "notice" | "record";
  title: string;
  number: string;
  is_issued: boolean;
  organ: string;
}

/** The party signed on its own phone, and the record still says what it signed. */
export interface HeldPartySignature {
  id: Uuid;
  name: string;
  signed_at: Instant;
}

export interface Target {
  id: Uuid;
  name: string;
  uscc: string;
  address: string;
  latitude: number | null;
  longitude: number | null;
  contact_name: string;
  contact_phone: string;
}

export interface EntryCode {
  url: string;
  short: string;
  valid_from: Instant;
  valid_to: Instant;
}

export interface Visit {
  id: Uuid;
  number: string;
  title: string;
  state: string;
  state_label: string;
  starts_at: Instant;
  ends_at: Instant;
  /** The grace of the rule: who comes later than this is late. */
  late_after_minutes?: number;
  /** Sealed until then: the target is null and only the street is told. */
  address_opens_at: Instant | null;
  street: string;
  target: Target | null;
  why: string;
  plan_basis: string[];
  burden: string;
  prepare: string[];
  code: EntryCode | null;
  rights: string[];
  prohibitions: string[];
  speech: string;
  briefing: {
    visits: { on: string; department: string; sentence: string }[];
    open_corrections: { department: string; sentence: string; due_on: string }[];
  };
  team: TeamMember[];
  other_parts: { department: string; state: string; state_label: string }[];
}

export interface Inspection {
  id: Uuid;
  department_id: Uuid;
  department: string;
  state: string;
  state_label: string;
  notice_url: string | null;
  members: { officer_id: Uuid; name: string; certificate_no: string; is_leader: boolean }[];
  shared_facts: Item[];
  checklist: { version: string; sha256: string; items: Item[] };
  answers: HeldAnswer[];
  documents?: PartDocument[];
  party_signature?: HeldPartySignature | null;
  /** The business denied a signature in its name: from then on only its own phone signs. */
  party_denied_at?: Instant | null;
  submitted_at: Instant | null;
  returned_reason: string | null;
  /** The officer's own request for recusal; the work goes on until the head has decided, and after a refusal. */
  recusal?: { is_declined: boolean; reason: string } | null;
}

export interface Package {
  visit: Visit;
  inspection: Inspection;
}

export interface PackageList {
  server_time: Instant;
  packages: Package[];
}

export type UnableReason = "closed" | "moved" | "refused" | "not_found";
export type SignatureRole = "party" | "officer" | "witness";

/** How a colleague's presence was confirmed; `badge` is the text of the code that was scanned. */
export type ConfirmationWay = "badge" | "pin" | "certificate";

export interface Confirmation {
  officer_id: Uuid;
  way: ConfirmationWay;
  badge: string;
}

export interface Payloads {
  entry: { confirmed_by: Uuid[]; confirmations: Confirmation[]; code_shown_at: Instant; place_reason: string | null };
  unable: { reason: UnableReason; note: string };
  answer: {
    item_id: Uuid;
    answer: Answer;
    result_type: string | null;
    note: string;
    skip_reason: string | null;
    is_batch: boolean;
    batch_note: string | null;
    base_version: number;
    files: Uuid[];
  };
  opinion: { has_objection: boolean; text: string };
  signature: {
    role: SignatureRole;
    name: string;
    officer_id: Uuid | null;
    strokes_png_file: Uuid | null;
    refused_reason: string | null;
  };
  recusal: { text: string };
  submit: { checklist_sha256: string; counts: Record<Answer, number>; files: Uuid[] };
}

export type SubmissionKind = keyof Payloads;

export interface Submission<K extends SubmissionKind = SubmissionKind> {
  inspection: Uuid;
  kind: K;
  payload: Payloads[K];
  device: Uuid;
  sequence: number;
  recorded_at: Instant;
  /** Phone time minus server time: positive when the phone is fast. */
  clock_offset_ms: number;
  place: Place | null;
}

export interface SubmissionReceipt {
  receipt: string;
  received_at: Instant;
  state: "accepted" | "quarantined";
  message: string;
  version: number | null;
}

export interface Theirs {
  answer: Answer;
  note: string;
  recorded_at: Instant;
  officer: string;
  result_type?: string | null;
  skip_reason?: string | null;
}

export interface Refusal {
  /** The HTTP status, added on the phone. */
  status?: number;
  code: string;
  message: string;
  /** Of a conflict: the version under which the server keeps the answer beside the other one. */
  version?: number;
  fix?: string;
  theirs?: Theirs;
}

export type FileSource = "camera" | "gallery" | "signature" | "audio" | "video";

export interface FileAnnouncement {
  id: Uuid;
  inspection: Uuid;
  item_id: Uuid | null;
  sha256: string;
  size: number;
  mime: string;
  captured_at: Instant;
  clock_offset_ms: number;
  place: Place | null;
  source: FileSource;
  width: number;
  height: number;
}

export interface ChunkReply {
  offset: number;
  complete: boolean;
  receipt: string | null;
}

export interface Receipts {
  submissions: { id: Uuid; receipt: string }[];
  files: { id: Uuid; offset: number; complete: boolean; receipt?: string | null }[];
  missing: Uuid[];
  party_signature?: HeldPartySignature | null;
  party_denied_at?: Instant | null;
  state: string;
  state_label: string;
}
