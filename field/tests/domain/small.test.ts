import { describe, expect, it } from "vitest";
import { basisOf } from "@/domain/basis";
import { sha256, shortDigest } from "@/domain/digest";
import { fittedSize, sourceOfPicked, watermarkLines } from "@/domain/evidence";
import { isPin, isWeakPin, waitAfterFailures } from "@/domain/lock";
import { clockText, dayText, instant, momentText } from "@/domain/time";
import { t } from "@/words/t";
import { words } from "@/words/zh-CN";
import { aFile, aPackage, NOW } from "../cast";

describe("a fingerprint", () => {
  it("is SHA-256 as everybody computes it", async () => {
    const bytes = new TextEncoder().encode("abc");

    expect(await sha256(bytes)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(shortDigest("5c0e9a7112345678")).toBe("5c0e 9a71");
  });
});

describe("a photo", () => {
  it("is at most 2,400 pixels long and never enlarged", () => {
    expect(fittedSize({ width: 4_800, height: 3_600 })).toEqual({ width: 2_400, height: 1_800 });
    expect(fittedSize({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
  });

  it("from the system's camera counts as taken on site only when it is fresh", () => {
    expect(sourceOfPicked("camera", NOW - 60_000, NOW)).toBe("camera");
    expect(sourceOfPicked("camera", NOW - 600_000, NOW)).toBe("gallery");
    expect(sourceOfPicked("gallery", NOW, NOW)).toBe("gallery");
  });

  it("carries time, place and fingerprint on its copy", () => {
    const { announcement } = aFile({}, { place: { latitude: 24.5123, longitude: 118.1456, accuracy_m: 12 } });

    expect(watermarkLines(announcement, aPackage())).toEqual([
      "XC-1 市场监管", "2026-11-19 10:00:00 24.5123,118.1456 ±12m", "SHA-256 abab abab abab abab",
    ]);
  });
});

describe("what a visit rests on", () => {
  it("is the plan in one line and each article once", () => {
    expect(basisOf(["YY-1 加油站", "《计量法》第九条；《价格法》第十三条；《计量法》第九条"])).toEqual({
      plan: "YY-1 加油站", articles: ["《计量法》第九条", "《价格法》第十三条"],
    });
    expect(basisOf([])).toEqual({ plan: "", articles: [] });
  });
});

describe("the PIN", () => {
  it("has six digits and is not one of the first guesses", () => {
    expect(["204816", "20481", "20481a"].map(isPin)).toEqual([true, false, false]);
    expect(["111111", "123456", "654321", "204816"].map(isWeakPin)).toEqual([true, true, true, false]);
  });

  it("makes one wait longer after each wrong one, a quarter of an hour at most", () => {
    expect([1, 4, 5, 6, 7, 20].map(waitAfterFailures)).toEqual([0, 0, 30_000, 60_000, 120_000, 900_000]);
  });
});

describe("time", () => {
  it("keeps the phone's own offset", () => {
    expect(instant(NOW)).toBe("2026-11-19T10:00:00.000+08:00");
  });

  it("is shown in 24 hours with the Chinese weekday", () => {
    expect(clockText("2026-11-19T02:05:09Z", true)).toBe("10:05:09");
    expect(dayText("2026-11-19T02:05:09Z")).toBe("11-19 周四");
    expect(momentText("2026-11-20T13:00:00+08:00", NOW)).toBe("11-20 13:00");
  });
});

describe("the words", () => {
  it("take their values and refuse to show a gap", () => {
    expect(t("net.sending", { n: 3, k: 1 })).toBe("联网，3 项待传，正在上传第 1 项");
    expect(() => t("net.sending", { n: 3 })).toThrow();
  });

  it("never shout and never blame", () => {
    for (const text of Object.values(words)) expect(text).not.toMatch(/[!！]|系统繁忙|参数错误|未知错误|操作有误/);
  });
});
