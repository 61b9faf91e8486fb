// The live line to the server, and the only importer of socket.io-client. It reconnects with full
// jitter (a whole street comes back at once after a power cut) and asks each command at most once
// per connection: what repeats a command is the queue, with the same key.

import { io, type Socket } from "socket.io-client";
import type { Answered, CommandMap, Event, Heads, Moving, PresenceChanged, RefusalCode, Typing } from "./wire";

export type Line = "connecting" | "open" | "closed" | "signed_out";
export type CommandName = keyof CommandMap;

export type Listener = {
  onEvent(event: Event): void;
  onHeads(heads: Heads): void;
  onTyping(typing: Typing): void;
  onPresence(here: PresenceChanged): void;
  onLine(line: Line): void;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const ACK_PATIENCE_MS = 8_000;
/** Codes of refusals that another try heals, a little later. */
export const LATER_CODES: ReadonlySet<RefusalCode> = new Set(["rate", "busy", "storage", "fault"]);
// Codes that another try with the same cookie cannot heal.
const SIGNED_OUT = new Set(["not_signed_in", "signed_out", "unauthorized"]);

/** Between nothing and a bound that doubles: the waits of many clients spread out evenly. */
export function jitteredWait(attempt: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}

export class LiveLine {
  #socket: Socket;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;

  constructor(readonly listener: Listener) {
    this.#socket = io({ autoConnect: false, reconnection: false, transports: ["websocket", "polling"], tryAllTransports: true });
    this.#socket.on("connect", () => {
      this.#attempt = 0;
      listener.onLine("open");
    });
    this.#socket.on("connect_error", (error) => this.#refused(error));
    this.#socket.on("disconnect", () => this.#lost());
    this.#socket.on("moving", (notice: Moving) => this.#move(notice.retry_after));
    this.#socket.on("heads", (heads: Heads) => listener.onHeads(heads));
    this.#socket.on("typing", (typing: Typing) => listener.onTyping(typing));
    this.#socket.on("presence.changed", (here: PresenceChanged) => listener.onPresence(here));
    // What is numbered belongs to the state, kinds of a newer server too: they move the position.
    this.#socket.onAny((_name, event: unknown) => isNumbered(event) && listener.onEvent(event));
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#socket.disconnect());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#now());
  }

  open(): void {
    this.#wanted = true;
    this.#now();
  }

  close(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket.disconnect();
  }

  /** Asks and waits for the answer. Rejects when the line breaks or stays silent: nothing is known then. */
  async command<Name extends CommandName>(name: Name, payload: CommandMap[Name]["payload"]): Promise<Answered<CommandMap[Name]["ack"]>> {
    if (!this.#socket.connected) throw new LineDown();
    try {
      return (await this.#socket.timeout(ACK_PATIENCE_MS).emitWithAck(name, payload)) as Answered<CommandMap[Name]["ack"]>;
    } catch {
      throw new LineDown();
    }
  }

  /** Silence where an answer was due: the line may be dead without saying so. */
  restart(): void {
    this.#socket.disconnect();
  }

  #now(): void {
    if (!this.#wanted || this.#socket.active) return;
    clearTimeout(this.#timer);
    this.listener.onLine("connecting");
    this.#socket.connect();
  }

  #refused(error: Error & { data?: { code?: string } }): void {
    if (error.data?.code !== undefined && SIGNED_OUT.has(error.data.code)) {
      this.close();
      this.listener.onLine("signed_out");
    } else this.#lost();
  }

  #lost(): void {
    if (!this.#wanted) return;
    this.#socket.disconnect(); // else it counts as active for ever
    this.listener.onLine("closed");
    clearTimeout(this.#timer);
    if (navigator.onLine === false) return; // "online" wakes us
    this.#timer = setTimeout(() => this.#now(), jitteredWait(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #move(seconds: number): void {
    this.#socket.disconnect();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), 1000 * seconds * (0.5 + Math.random()));
  }
}

function isNumbered(event: unknown): event is Event {
  return typeof event === "object" && event !== null && "kind" in event && "seq" in event && typeof event.seq === "number";
}

/** What was answered; null after silence. */
export function unlessDown<Ack>(asked: Promise<Ack>): Promise<Ack | null> {
  return asked.catch((error: unknown) => {
    if (error instanceof LineDown) return null;
    throw error;
  });
}

export class LineDown extends Error {}
