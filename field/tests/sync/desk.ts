/** A desk in memory and a server that answers as a test tells it. */
import type { OutboxItem } from "@/domain/outbox";
import { Http } from "@/sync/http";
import type { Desk } from "@/sync/sender";
import { NOW } from "../cast";

export class MemoryDesk implements Desk {
  rows: OutboxItem[];
  clock = NOW;
  cityAhead = 0;
  history: string[] = [];
  versions = new Map<string, number>();
  takenIds: string[] = [];

  constructor(rows: OutboxItem[], private readonly bytes: ArrayBuffer = new ArrayBuffer(0)) {
    this.rows = rows;
  }

  items = (): readonly OutboxItem[] => this.rows;
  save = async (item: OutboxItem): Promise<void> => {
    this.history.push(`${item.id}:${item.state}`);
    this.rows = this.rows.map((row) => (row.id === item.id ? item : row));
  };
  content = async (): Promise<ArrayBuffer> => this.bytes;
  baseVersion = (_inspection: string, itemId: string): number => this.versions.get(itemId) ?? 0;
  taken = async (item: OutboxItem): Promise<void> => {
    this.takenIds.push(item.id);
  };
  device = (): string => "device";
  now = (): number => this.clock;
  cityNow = (): number => this.clock + this.cityAhead;
  jitter = (): number => 1;
  row = (id: string): OutboxItem => this.rows.find((row) => row.id === id)!;
}

export interface Asked {
  method: string;
  path: string;
  body: string | ArrayBuffer | undefined;
  headers: Record<string, string>;
}

export type Script = (asked: Asked) => Response | "broken";

export function serverThat(script: Script): { http: Http; asked: Asked[] } {
  const asked: Asked[] = [];
  const http = new Http(async (input, init) => {
    const call: Asked = {
      method: init?.method ?? "GET",
      path: String(input).replace("/field/api/", ""),
      body: init?.body as string | ArrayBuffer | undefined,
      headers: init?.headers as Record<string, string>,
    };
    asked.push(call);
    const reply = script(call);
    if (reply === "broken") throw new TypeError("failed to fetch");
    return reply;
  });
  http.csrf = "token";
  return { http, asked };
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

export function receipt(change: object = {}): Response {
  return json({ receipt: "8f21 04c7", received_at: "2026-11-19T10:31:00+08:00", state: "accepted", message: "", version: null, ...change }, 201);
}
