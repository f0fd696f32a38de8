import { beforeEach, describe, expect, it } from "vitest";
import { emptyDraft } from "@/domain/checklist";
import { makeKeyRing } from "@/store/box";
import { DeviceDatabase } from "@/store/device";
import { copyId, Vault } from "@/store/vault";
import { aFile, aPackage, aText } from "../cast";

let vault: Vault;
let officers = 0;

beforeEach(async () => {
  officers += 1;
  vault = new Vault(`officer-${officers}`, (await makeKeyRing("204816", 1_000)).key);
});

describe("an officer's store", () => {
  it("gives back what was put in, the outbox in the order of its sequence", async () => {
    await vault.putPackage(aPackage());
    await vault.putDrafts("i", [{ ...emptyDraft("o"), note: "看过" }]);
    await vault.putOutbox([aText({ id: "b", sequence: 2 }), aText({ id: "a", sequence: 1 })]);

    expect((await vault.packages())[0]?.visit.number).toBe("XC-1");
    expect((await vault.drafts())[0]?.draft.note).toBe("看过");
    expect((await vault.outbox()).map((item) => item.id)).toEqual(["a", "b"]);
  });

  it("forgets a file together with its content and its copy", async () => {
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    await vault.putFile(aFile(), { file: bytes, [copyId("file")]: bytes });
    expect(await vault.content("file")).toEqual(bytes);

    await vault.forget(["file"]);

    expect(await vault.outboxItem("file")).toBeNull();
    expect(await vault.content("file")).toBeNull();
    expect(await vault.content(copyId("file"))).toBeNull();
  });

  it("drops a visit with its drafts and keeps the outbox", async () => {
    await vault.putPackage(aPackage());
    await vault.putDrafts("i", [emptyDraft("o")]);
    await vault.putOutbox([aText()]);

    await vault.dropPackage(aPackage());

    expect(await vault.packages()).toEqual([]);
    expect(await vault.drafts()).toEqual([]);
    expect(await vault.outbox()).toHaveLength(1);
  });
});

describe("the phone", () => {
  it("counts up without gaps or repeats, also when asked at once", async () => {
    const device = new DeviceDatabase("device-sequence");

    const numbers = await Promise.all([1, 2, 3, 4].map(() => device.nextSequence()));

    expect([...numbers].sort()).toEqual([1, 2, 3, 4]);
  });

  it("gives the sender's lease to one owner at a time, and again after its end", async () => {
    const device = new DeviceDatabase("device-lease");

    expect(await device.takeLease("sender", "one", 0, 100)).toBe(true);
    expect(await device.takeLease("sender", "two", 50, 100)).toBe(false);
    expect(await device.takeLease("sender", "one", 50, 100)).toBe(true);
    expect(await device.takeLease("sender", "two", 151, 100)).toBe(true);
  });

  it("keeps its number for good", async () => {
    const device = new DeviceDatabase("device-number");

    expect((await device.allSettings()).device).toBe((await device.allSettings()).device);
  });
});
