import { describe, expect, it } from "vitest";
import { sendRound } from "@/sync/sender";
import { aFile, aText, NOW } from "../cast";
import { json, MemoryDesk, receipt, serverThat } from "./desk";

const answer = (id: string, sequence: number) =>
  aText({
    id, sequence, kind: "answer", item_id: "o",
    payload: {
      item_id: "o", answer: "ok", result_type: null, note: "", skip_reason: null, is_batch: false, batch_note: null, base_version: 0, files: [],
    },
  });

describe("a round of sending", () => {
  it("writes the receipt down and tells that it was taken", async () => {
    const desk = new MemoryDesk([aText()]);
    const { http, asked } = serverThat(() => receipt());

    expect(await sendRound(http, desk)).toBe("done");

    expect(desk.row("text")).toMatchObject({ state: "sent", receipt: "8f21 04c7" });
    expect(desk.history).toEqual(["text:sending", "text:sent"]);
    expect(desk.takenIds).toEqual(["text"]);
    expect(asked[0]?.headers["X-CSRFToken"]).toBe("token");
  });

  it("repeats the very same bytes after a broken way", async () => {
    const desk = new MemoryDesk([answer("a", 1)]);
    const broken = serverThat(() => "broken");
    await sendRound(broken.http, desk);
    desk.versions.set("o", 7);
    desk.clock = NOW + 60_000;

    const mended = serverThat(() => receipt());
    await sendRound(mended.http, desk);

    expect(mended.asked[0]?.body).toBe(broken.asked[0]?.body);
    expect(mended.asked[0]?.path).toBe("submissions/a");
  });

  it("builds the second answer to an item on the version of the first", async () => {
    const desk = new MemoryDesk([answer("a", 1), answer("b", 2)]);
    const { http, asked } = serverThat(() => {
      desk.versions.set("o", 3);
      return receipt({ version: 3 });
    });

    await sendRound(http, desk);

    expect(asked.map((call) => JSON.parse(String(call.body)).payload.base_version)).toEqual([0, 3]);
  });

  it("sets a refused item aside with reason and remedy, and goes on", async () => {
    const desk = new MemoryDesk([aText({ id: "bad" }), aText({ id: "good", sequence: 2 })]);
    const { http } = serverThat(({ path }) =>
      path.endsWith("bad") ? json({ code: "too_late", message: "已过时限。", fix: "撤回" }, 422) : receipt(),
    );

    expect(await sendRound(http, desk)).toBe("done");

    expect(desk.row("bad")).toMatchObject({ state: "help", problem: { code: "too_late", message: "已过时限。", fix: "撤回" } });
    expect(desk.row("good").state).toBe("sent");
  });

  it("keeps both values of a conflict", async () => {
    const theirs = { answer: "problem", note: "缺台账", recorded_at: "2026-11-19T10:12:00+08:00", officer: "周" };
    const desk = new MemoryDesk([answer("a", 1)]);
    const { http } = serverThat(() => json({ code: "conflict", message: "", theirs }, 409));

    await sendRound(http, desk);

    expect(desk.row("a")).toMatchObject({ state: "conflict", theirs, payload: { answer: "ok" } });
  });

  it("asks a server in trouble again later and shows no reason", async () => {
    const desk = new MemoryDesk([aText()]);
    const { http } = serverThat(() => json({ code: "busy", message: "" }, 503));

    await sendRound(http, desk);

    expect(desk.row("text")).toMatchObject({ state: "waiting", attempts: 1, not_before: NOW + 2_000 });
  });

  it("stops at once when the officer is signed out, and loses nothing", async () => {
    const desk = new MemoryDesk([aText(), aText({ id: "b", sequence: 2 })]);
    const { http, asked } = serverThat(() => json({ code: "signed_out" }, 401));

    expect(await sendRound(http, desk)).toBe("signed_out");

    expect(asked).toHaveLength(1);
    expect(desk.rows.map((row) => row.state)).toEqual(["waiting", "waiting"]);
  });

  it("stops knocking after three items that could not be reached", async () => {
    const desk = new MemoryDesk([1, 2, 3, 4, 5].map((n) => aText({ id: `t${n}`, sequence: n })));
    const { http, asked } = serverThat(() => "broken");

    expect(await sendRound(http, desk)).toBe("unreachable");

    expect(asked).toHaveLength(3);
  });

  it("knows what the server keeps aside", async () => {
    const desk = new MemoryDesk([aText()]);
    const { http } = serverThat(() => receipt({ state: "quarantined" }));

    await sendRound(http, desk);

    expect(desk.row("text").state).toBe("quarantined");
  });

  it("tells a file's arrival by the city's clock and waits by the phone's", async () => {
    const desk = new MemoryDesk([aFile(), aText({ sequence: 2 })], new ArrayBuffer(10));
    desk.cityAhead = 13 * 86_400_000;
    const { http } = serverThat(({ path, method }) => {
      if (path.startsWith("submissions")) return "broken";
      return method === "POST" ? json({ offset: 0 }) : json({ offset: 10, complete: true, receipt: "f" });
    });

    await sendRound(http, desk);

    expect(desk.row("file").received_at).toBe("2026-12-02T10:00:00.000+08:00");
    expect(desk.row("text").not_before).toBe(NOW + 2_000);
  });

  it("sends text before files", async () => {
    const desk = new MemoryDesk([aFile(), aText({ sequence: 2 })], new ArrayBuffer(10));
    const { http, asked } = serverThat(({ path, method }) => {
      if (path.startsWith("submissions")) return receipt();
      return method === "POST" ? json({ offset: 0 }) : json({ offset: 10, complete: true, receipt: "f" });
    });

    await sendRound(http, desk);

    expect(asked.map((call) => `${call.method} ${call.path}`)).toEqual(["PUT submissions/text", "POST files", "PATCH files/file"]);
  });
});
