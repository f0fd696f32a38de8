import { describe, expect, it } from "vitest";
import { Refused } from "@/sync/http";
import { CHUNK_BYTES, LISTED, uploadFile } from "@/sync/uploads";
import { aFile, NOW } from "../cast";
import { json, MemoryDesk, type Script, serverThat } from "./desk";

const SIZE = CHUNK_BYTES * 2 + 100;
const bytes = new ArrayBuffer(SIZE);

function upload(script: Script) {
  const desk = new MemoryDesk([aFile({}, { size: SIZE })], bytes);
  const { http, asked } = serverThat(script);
  const way = { save: desk.save, cityNow: () => NOW };
  const run = () => uploadFile(http, desk.row("file") as ReturnType<typeof aFile>, bytes, way);
  return { desk, asked, run };
}

const sizes = (asked: { method: string; body: unknown }[]): number[] =>
  asked.filter((call) => call.method === "PATCH").map((call) => (call.body as ArrayBuffer).byteLength);

describe("a file in chunks", () => {
  it("ends with a receipt when the server has every byte", async () => {
    let held = 0;
    const { desk, asked, run } = upload(({ method, body }) => {
      if (method === "POST") return json({ offset: held });
      held += (body as ArrayBuffer).byteLength;
      return json({ offset: held, complete: held === SIZE, receipt: held === SIZE ? "f00d" : null });
    });

    await run();

    expect(sizes(asked)).toEqual([CHUNK_BYTES, CHUNK_BYTES, 100]);
    expect(desk.row("file")).toMatchObject({ state: "sent", receipt: "f00d", sent_bytes: SIZE });
  });

  it("continues where the server stopped", async () => {
    const { asked, run } = upload(({ method }) =>
      method === "POST" ? json({ offset: CHUNK_BYTES * 2 }) : json({ offset: SIZE, complete: true, receipt: "f00d" }),
    );

    await run();

    expect(sizes(asked)).toEqual([100]);
    expect(asked[1]?.headers["Upload-Offset"]).toBe(String(CHUNK_BYTES * 2));
  });

  it("asks where to go on when the offset was wrong", async () => {
    let isFirst = true;
    const { desk, asked, run } = upload(({ method }) => {
      if (method === "POST") return json({ offset: 0 });
      if (method === "HEAD") return new Response(null, { headers: { "Upload-Offset": String(CHUNK_BYTES * 2) } });
      if (!isFirst) return json({ offset: SIZE, complete: true, receipt: "f00d" });
      isFirst = false;
      return json({ code: "wrong_offset", message: "" }, 409);
    });

    await run();

    expect(asked.map((call) => call.method)).toEqual(["POST", "PATCH", "HEAD", "PATCH"]);
    expect(desk.row("file").state).toBe("sent");
  });

  it("starts again when the fingerprint differs, and gives up with the reason", async () => {
    const { run } = upload(({ method }) => {
      if (method === "POST") return json({ offset: CHUNK_BYTES * 2 });
      if (method === "HEAD") return new Response(null, { headers: { "Upload-Offset": "0" } });
      return json({ code: "hash_mismatch", message: "指纹不符", fix: "重试" }, 422);
    });

    await expect(run()).rejects.toMatchObject({ status: 422, refusal: { code: "hash_mismatch" } });
  });

  it("takes the list of receipts when the last answer got lost", async () => {
    const { desk, run } = upload(({ path }) =>
      path === "files"
        ? json({ offset: SIZE })
        : json({ submissions: [], files: [{ id: "file", offset: SIZE, complete: true }], missing: [], state: "", state_label: "" }),
    );

    await run();

    expect(desk.row("file")).toMatchObject({ state: "sent", receipt: LISTED });
  });

  it("does not send the same bytes for ever to a server that does not move", async () => {
    const { asked, run } = upload(({ method }) => (method === "POST" ? json({ offset: 0 }) : json({ offset: 0, complete: false, receipt: null })));

    await expect(run()).rejects.toBeInstanceOf(Refused);
    expect(sizes(asked)).toHaveLength(1);
  });
});
