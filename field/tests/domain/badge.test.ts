import { describe, expect, it } from "vitest";
import { badgeText, checkBadge, makeBadgePair, readBadge } from "@/domain/badge";
import { NOW } from "../cast";

describe("a badge code", () => {
  it("is checked without a network by whoever has the phone's key", async () => {
    const pair = await makeBadgePair();
    const badge = readBadge(await badgeText("zhou", pair, NOW), NOW + 60_000)!;

    expect([badge.officer_id, badge.key_id]).toEqual(["zhou", pair.key_id]);
    expect(await checkBadge(badge, [pair.public_key])).toBe("checked");
    expect(await checkBadge(badge, [])).toBe("unknown");
  });

  it("of another name or another key is forged or unknown", async () => {
    const [pair, other] = await Promise.all([makeBadgePair(), makeBadgePair()]);
    const text = await badgeText("zhou", pair, NOW);
    const renamed = readBadge(text.replace("zhou", "wu"), NOW)!;

    expect(await checkBadge(renamed, [pair.public_key])).toBe("forged");
    expect(await checkBadge(readBadge(text, NOW)!, [other.public_key])).toBe("unknown");
  });

  it("is good for ten minutes, and other codes are none", async () => {
    const text = await badgeText("zhou", await makeBadgePair(), NOW);

    expect(readBadge(text, NOW + 599_000)).not.toBeNull();
    expect(readBadge(text, NOW + 601_000)).toBeNull();
    for (const none of ["https://example.test", "onevisit-badge:2|zhou|soon|k|s", `${text}|more`]) expect(readBadge(none, NOW)).toBeNull();
  });
});
