/** One round with the server: who am I, what is new, send what waits, compare receipts. */
import type { PackageList, Receipts, Session } from "@/domain/contract";
import { type Http, NotReached, Refused, SignedOut } from "./http";
import { type Desk, sendRound } from "./sender";

export type Reach = "online" | "offline" | "weak" | "signed_out" | "other_officer" | "trouble";

/** What a round needs from the phone besides the sender's desk. */
export interface Station extends Desk {
  officerId(): string;
  noteSession(session: Session, sentAt: number, receivedAt: number): Promise<void>;
  receive(list: PackageList): Promise<void>;
  /** Inspections with something of ours whose receipts are not all confirmed. */
  toCompare(): string[];
  compare(inspectionId: string, receipts: Receipts): Promise<void>;
}

const PACKAGES_EVERY_MS = 60_000;

export class Courier {
  private packagesAt = 0;

  constructor(
    private readonly http: Http,
    private readonly station: Station,
  ) {}

  /** Ask for the packages at the next round, however recent the last ones are. */
  expectNews(): void {
    this.packagesAt = 0;
  }

  async round(): Promise<Reach> {
    try {
      const isMine = await this.greet();
      if (!isMine) return "other_officer";
      await this.pull();
      const round = await sendRound(this.http, this.station);
      // Whoever has a conflict wants to see the other answer and, later, the leader's choice.
      if (this.station.items().some((item) => item.state === "conflict")) this.expectNews();
      if (round === "signed_out") return "signed_out";
      if (round === "unreachable") return "weak";
      return await this.compareAll();
    } catch (error) {
      if (error instanceof SignedOut) return "signed_out";
      if (error instanceof NotReached) return "offline";
      if (error instanceof Refused) return "trouble";
      throw error;
    }
  }

  /** Another officer's sign-in must never carry this officer's records. */
  private async greet(): Promise<boolean> {
    const sentAt = this.station.now();
    const session = await this.http.session();
    if (session.officer.id !== this.station.officerId()) return false;
    await this.station.noteSession(session, sentAt, this.station.now());
    return true;
  }

  private async pull(): Promise<void> {
    if (this.station.now() - this.packagesAt < PACKAGES_EVERY_MS) return;
    const list = await this.http.packages();
    this.packagesAt = this.station.now();
    if (list !== null) await this.station.receive(list);
  }

  private async compareAll(): Promise<Reach> {
    for (const inspectionId of this.station.toCompare()) {
      await this.station.compare(inspectionId, await this.http.receipts(inspectionId));
    }
    return "online";
  }
}
