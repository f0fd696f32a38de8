import { describe, expect, it } from "vitest";
import type { Receipts } from "@/domain/contract";
import { Courier, type Station } from "@/sync/courier";
import { withStoredLease } from "@/sync/lease";
import { DeviceDatabase } from "@/store/device";
import { aText } from "../cast";
import { json, MemoryDesk, receipt, type Script, serverThat } from "./desk";

class MemoryStation extends MemoryDesk implements Station {
  compared: string[] = [];
  lists = 0;
  officerId = (): string => "lin";
  noteSession = async (): Promise<void> => undefined;
  receive = async (): Promise<void> => {
    this.lists += 1;
  };
  toCompare = (): string[] => ["i"];
  compare = async (inspectionId: string, _receipts: Receipts): Promise<void> => {
    this.compared.push(inspectionId);
  };
}

function courierWith(officer: string, script: Script = () => receipt()) {
  const station = new MemoryStation([aText()]);
  const { http, asked } = serverThat((call) => {
    if (call.path === "session") return json({ officer: { id: officer }, server_time: "2026-11-19T10:00:00+08:00", csrf: "c" });
    if (call.path === "packages") return json({ server_time: "", packages: [] });
    if (call.path.endsWith("receipts")) return json({ submissions: [], files: [], missing: [], state: "", state_label: "" });
    return script(call);
  });
  return { courier: new Courier(http, station), station, asked };
}

describe("a round with the server", () => {
  it("greets, fetches, sends and compares", async () => {
    const { courier, station, asked } = courierWith("lin");

    expect(await courier.round()).toBe("online");

    expect(asked.map((call) => call.path)).toEqual(["session", "packages", "submissions/text", "inspections/i/receipts"]);
    expect(station.compared).toEqual(["i"]);
  });

  it("never sends one officer's records under another one's sign-in", async () => {
    const { courier, station, asked } = courierWith("wang");

    expect(await courier.round()).toBe("other_officer");

    expect(asked.map((call) => call.path)).toEqual(["session"]);
    expect(station.row("text").state).toBe("waiting");
  });

  it("does not fetch the packages at every round", async () => {
    const { courier, station } = courierWith("lin");

    await courier.round();
    await courier.round();
    expect(station.lists).toBe(1);
    courier.expectNews();
    await courier.round();

    expect(station.lists).toBe(2);
  });
});

describe("the sender's lease without Web Locks", () => {
  it("lets one work at a time and frees the place afterwards", async () => {
    const device = new DeviceDatabase("lease-work");
    let inside = false;

    const first = withStoredLease(device, "one", Date.now, async () => {
      inside = await withStoredLease(device, "two", Date.now, async () => undefined);
    });

    expect(await first).toBe(true);
    expect(inside).toBe(false);
    expect(await withStoredLease(device, "two", Date.now, async () => undefined)).toBe(true);
  });
});
