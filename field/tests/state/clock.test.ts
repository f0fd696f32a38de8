// @vitest-environment happy-dom
import { createPinia, setActivePinia } from "pinia";
import { createApp, nextTick } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Package } from "@/domain/contract";
import { codeState } from "@/domain/entry";
import TodayScreen from "@/screens/today/TodayScreen.vue";
import { router } from "@/router";
import { useAnswers } from "@/state/answers";
import { cityNow, clockSentence, demoMoment, inCity } from "@/state/clock";
import { SETTLE_MS, useOutbox } from "@/state/outbox";
import { usePhone } from "@/state/phone";
import { device, useVault } from "@/state/ports";
import { useWork } from "@/state/work";
import { makeKeyRing } from "@/store/box";
import { Vault } from "@/store/vault";
import { aFile, anItem, aPackage, NOW } from "../cast";

const DAY = 86_400_000;
const AHEAD = 13 * DAY;
const CITY = "2026-12-02T10:00:00.000+08:00";
let officers = 0;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "setInterval", "clearInterval"] });
  await device.settings.clear();
  await openApp();
  useVault(new Vault(`clock-${(officers += 1)}`, (await makeKeyRing("204816", 1_000)).key));
});
afterEach(() => {
  useVault(null);
  vi.useRealTimers();
});

/** The app as it starts: its settings come from the phone, nothing from the network yet. */
async function openApp(): Promise<void> {
  setActivePinia(createPinia());
  await usePhone().load();
}

async function hear(ahead: number, is_demo = true): Promise<void> {
  await usePhone().noteServerTime({ server_time: new Date(NOW + ahead).toISOString(), is_demo }, NOW, NOW);
}

function visitAt(days: number, id: string): Package {
  const at = (hours: number): string => new Date(NOW + days * DAY + hours * 3_600_000).toISOString();
  const code = { url: "https://example.test/c/1", short: "1", valid_from: at(-1), valid_to: at(8) };
  return aPackage({ id: `i-${id}` }, { id, starts_at: at(-0.5), ends_at: at(2), code });
}

describe("the city's clock", () => {
  it("is the phone's outside the demo city, and the phone's error is told and reported", async () => {
    await hear(-180_000, false);

    expect(cityNow()).toBe(NOW);
    expect(demoMoment()).toBeNull();
    expect(usePhone().clockOffset).toBe(180_000);
    expect(clockSentence()).toBe("本机时间比标准时间快 3 分钟。两个时间都会记下，不影响提交。");
  });

  it("runs ahead in the demo city without calling the phone wrong", async () => {
    await hear(AHEAD);

    expect(cityNow()).toBe(NOW + AHEAD);
    expect(inCity(NOW - 60_000)).toBe(NOW + AHEAD - 60_000);
    expect(usePhone().clockOffset).toBe(0);
    expect(clockSentence()).toBe("演示时间 12-02 10:00");
  });

  it("is kept on the phone: right at the next start, before any network and any PIN", async () => {
    await hear(AHEAD);

    await openApp();

    expect(cityNow()).toBe(NOW + AHEAD);
    expect(demoMoment()).toBe("12-02 10:00");
  });

  it("follows the next answer when the demo was set further", async () => {
    await hear(AHEAD);
    await hear(AHEAD + DAY);

    expect(demoMoment()).toBe("12-03 10:00");
  });
});

describe("in demo time", () => {
  it("the day's visits and the codes are the city's", async () => {
    useWork().packages = [visitAt(0, "past"), visitAt(13, "today"), visitAt(14, "later")];
    const screen = document.createElement("div");
    const app = createApp(TodayScreen).use(router);
    app.mount(screen);
    const groups = (): (string | null)[] =>
      [...screen.querySelectorAll("h2.section, [data-visit]")].map((one) => one.getAttribute("data-visit") ?? one.textContent);
    expect(groups()).toEqual(["past", "以后的检查", "today", "later"]);

    await hear(AHEAD);
    await nextTick();

    expect(groups()).toEqual(["尚未完成", "past", "today", "以后的检查", "later"]);
    expect(screen.querySelector("h1")?.textContent).toBe("今日 12-02 周三");
    expect(screen.querySelector("[data-demo-time]")?.textContent).toBe("演示时间 12-02 10:00");
    expect(useWork().packages.map((pack) => codeState(pack.visit.code, usePhone().now))).toEqual(["expired", "valid", "early"]);
    app.unmount();
  });

  it("an answer is recorded at the city's time and leaves at the phone's", async () => {
    await hear(AHEAD);
    const pack = visitAt(13, "today");

    await useAnswers().choose(pack, anItem(), "ok");

    const [row] = useOutbox().items;
    expect(row).toMatchObject({ recorded_at: CITY, clock_offset_ms: 0, not_before: NOW + SETTLE_MS });
    expect(useWork().draftOf("i-today", "o").recorded_at).toBe(CITY);
  });

  it("a text is recorded at the city's time", async () => {
    await hear(AHEAD);

    const text = await useOutbox().addText(visitAt(13, "today"), "opinion", { has_objection: false, text: "" });

    expect(text).toMatchObject({ recorded_at: CITY, clock_offset_ms: 0 });
  });

  it("a sent copy is kept for its days as the city counts them", async () => {
    await hear(AHEAD);
    const sent = (id: string, days: number) =>
      aFile({ id, state: "sent", receipt: "r", received_at: new Date(NOW + days * DAY).toISOString() });
    const outbox = useOutbox();
    for (const row of [sent("old", -2), sent("fresh", 12)]) await outbox.save(row);

    await outbox.forgetOld();

    expect(outbox.items.map((item) => item.id)).toEqual(["fresh"]);
  });
});
