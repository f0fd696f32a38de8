import { describe, expect, it } from "vitest";
import { kindOfVideo, VIDEO_MAX_BYTES, VIDEO_MAX_MS, videoEnd } from "@/domain/video";

describe("a video", () => {
  it("stops by itself at its length or at its size, whichever comes first", () => {
    expect(videoEnd(VIDEO_MAX_MS - 1, VIDEO_MAX_BYTES - 1)).toBeNull();
    expect(videoEnd(VIDEO_MAX_MS, 1)).toBe("time");
    expect(videoEnd(1_000, VIDEO_MAX_BYTES)).toBe("size");
  });

  it("takes what the phone can record", () => {
    expect(kindOfVideo((kind) => kind === "video/webm")).toBe("video/webm");
    expect(kindOfVideo(() => false)).toBeNull();
  });
});
