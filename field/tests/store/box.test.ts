import { describe, expect, it } from "vitest";
import { changePin, closeRecord, makeKeyRing, openRecord, unlockKeyRing, WrongPin } from "@/store/box";

const FEW = 1_000;

describe("an officer's key", () => {
  it("opens with the PIN and with no other one", async () => {
    const { ring, key } = await makeKeyRing("204816", FEW);
    const box = await closeRecord(key, { note: "缺台账" });

    expect(await openRecord(await unlockKeyRing("204816", ring), box)).toEqual({ note: "缺台账" });
    await expect(unlockKeyRing("204817", ring)).rejects.toBeInstanceOf(WrongPin);
  });

  it("stays the same when the PIN changes", async () => {
    const { ring, key } = await makeKeyRing("204816", FEW);
    const box = await closeRecord(key, "text");

    const changed = await changePin("204816", "975310", ring);

    expect(await openRecord(await unlockKeyRing("975310", changed), box)).toBe("text");
    await expect(unlockKeyRing("204816", changed)).rejects.toBeInstanceOf(WrongPin);
  });

  it("closes the same record differently each time", async () => {
    const { key } = await makeKeyRing("204816", FEW);

    const [first, second] = [await closeRecord(key, "text"), await closeRecord(key, "text")];

    expect(new Uint8Array(first.bytes)).not.toEqual(new Uint8Array(second.bytes));
  });

  it("does not open another officer's records", async () => {
    const [lin, zhou] = [await makeKeyRing("204816", FEW), await makeKeyRing("204816", FEW)];

    await expect(openRecord(zhou.key, await closeRecord(lin.key, "text"))).rejects.toThrow();
  });
});
