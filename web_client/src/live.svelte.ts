// Keeps the state in step with the server: live events, a sync whenever something was missed, the
// lists and pages that a view asks for, read pointers. Every change goes through the pure functions.

import { heard, NOTHING, opened, withAlert, type Book } from "./alerts/book";
import type { Cache } from "./cache";
import { ALONE, chosen, gathered, met, type Company } from "./company";
import { allRead, caughtUpWithEyes, pointersMoved, saw } from "./reading";
import { LATER_CODES, LineDown, LiveLine, unlessDown, type CommandName, type Line } from "./socket";
import { apply, emptied, EMPTY, headsHeard, learnt, listed, positions, recalled, synced, trimmed, type Room, type State } from "./state";
import { isFlat } from "./threads";
import type { Alert, Answered, CommandMap, Event, Heads, Message, PresenceChanged, Typing } from "./wire";

const SAVE_AFTER_MS = 400;
const READ_AFTER_MS = 700;
// Events that were only delayed arrive within this; then a sync asks for them.
const GAP_PATIENCE_MS = 150;
const SHORT_CUT_MS = 3_000;
const PAGE = 30;
const NOBODY: PresenceChanged = { street: null, neighbourhood: null, contacts: [] };

export class Live {
  state = $state.raw<State>(EMPTY);
  line = $state.raw<Line>("connecting");
  /** Alerts and announcements: whole objects, whatever their topic has seen. */
  book = $state.raw<Book>(NOTHING);
  /** Groups, direct threads, blocks, choices. */
  company = $state.raw<Company>(ALONE);
  /** Who writes in a flat chat right now, by topic, and when that was heard. */
  typing = $state.raw<Readonly<Record<string, Typing & { at: number }>>>({});
  /** How many are here, in wide numbers, and which contacts show it; of this connection only. */
  here = $state.raw<PresenceChanged>(NOBODY);
  /** When the server last said that all is here. */
  freshAt = $state.raw<number | null>(null);
  /** Whether the server said so since the line opened. */
  isSynced = $state.raw(false);
  /** After a cut longer than 3 s: how many messages were caught up. */
  caughtUp = $state.raw<number | null>(null);
  /** Where the next page of each room starts; null: the end; undefined: not listed yet. */
  cursors = $state.raw<Partial<Record<Room, string | null>>>({});
  openId: string | null = null;
  /** How often the line was given up: an answer from before says nothing of what came after. */
  stops = 0;

  #line: LiveLine;
  #saved: State = EMPTY;
  #savedBook: Book = NOTHING;
  #savedCompany: Company = ALONE;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #gapTimer: ReturnType<typeof setTimeout> | undefined;
  #reopenTimer: ReturnType<typeof setTimeout> | undefined;
  #told: Record<string, number> = {};
  // What was kept on this device has been handed over: only then does a sync know where to begin.
  #started = false;
  #syncing = false;
  #lostAt: number | null = null;

  constructor(readonly cache: Cache, readonly writesCache: () => boolean, readonly onReady: () => void, readonly onSignedOut: () => void, readonly onNews: (before: Book, event: Event) => void) {
    this.#line = new LiveLine(this);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.save());
  }

  /** Opens the line ahead of `start`. */
  reach(): void {
    this.#line.open();
  }

  /** A line that is open already keeps what it brought. */
  start(cached: State, at: number | null, book: Book = NOTHING, company: Company = ALONE): void {
    if (this.company === ALONE) this.company = this.#savedCompany = company;
    if (this.book === NOTHING) this.book = this.#savedBook = book;
    if (this.state.me === null) {
      this.state = this.state === EMPTY ? cached : { ...this.state, me: cached.me };
      this.#saved = this.state === cached ? cached : EMPTY;
    }
    this.freshAt ??= at;
    this.#line.open();
    if (!this.#started && this.line === "open") void this.#catchUp();
    this.#started = true;
  }

  stop(): void {
    this.#line.close();
    this.#started = false;
    this.stops += 1;
    clearTimeout(this.#reopenTimer);
    clearTimeout(this.#saveTimer);
    this.#change(EMPTY, { quietly: true });
    this.book = NOTHING;
    this.company = ALONE;
    this.typing = {};
    this.here = NOBODY;
    this.cursors = {};
    [this.line, this.isSynced] = ["connecting", false];
  }

  command<Name extends CommandName>(name: Name, payload: CommandMap[Name]["payload"]): Promise<Answered<CommandMap[Name]["ack"]>> {
    return this.#line.command(name, payload);
  }

  /** An alert as an ack gave it. */
  learn(alert: Alert): void {
    this.book = withAlert(this.book, alert);
  }

  /** Tries again after a while, unless it is stopped meanwhile. */
  reopenIn(wait: number): void {
    clearTimeout(this.#reopenTimer);
    this.#reopenTimer = setTimeout(() => this.#line.open(), wait);
  }

  restart(): void {
    this.#line.restart();
  }

  onEvent(event: Event): void {
    if (!this.#started) return; // the sync brings it
    this.onNews(this.book, event);
    this.book = heard(this.book, event);
    this.company = met(this.company, event);
    const next = apply(this.state, event);
    // A room that opened or closed for me: its topic comes or goes with a sync.
    const rooms = (event.kind === "direct.changed" || event.kind === "group.changed") && event.topic !== event.about;
    this.#change(rooms ? { ...next, behind: true } : next);
  }

  onHeads(heads: Heads): void {
    if (this.#started) this.#change(headsHeard(this.state, heads));
  }

  onTyping(typing: Typing): void {
    this.typing = { ...this.typing, [typing.topic]: { ...typing, at: Date.now() } };
  }

  onPresence(here: PresenceChanged): void {
    this.here = here;
  }

  onLine(line: Line): void {
    if (line !== "open") [this.here, this.isSynced] = [NOBODY, false];
    if (this.line === "open" && line !== "open") this.#lostAt = Date.now();
    this.line = line;
    if (line === "open" && this.#started) void this.#catchUp();
    if (line === "signed_out") this.onSignedOut();
  }

  /** The first page of a room, or the next one. Quiet when the network is not there: the cache is shown. */
  async list(room: Room, further = false): Promise<void> {
    const before = further ? this.cursors[room] : undefined;
    if (before === null) return;
    const ack = await this.#ask("conversations", before === undefined ? { view: room, limit: PAGE } : { view: room, before, limit: PAGE });
    if (ack === null) return;
    this.#change(listed(this.state, room, ack, before !== undefined));
    this.cursors = { ...this.cursors, [room]: ack.more };
  }

  /** The newest page of a conversation, or the one before what is known. */
  async recall(id: string, older = false): Promise<"ok" | "gone" | "offline"> {
    const before = older ? (this.state.threads[id]?.tail[0]?.id ?? null) : null;
    const where = id in this.state.topics || id.includes(":") ? { topic: id } : { conversation: id };
    const ack = await unlessDown(this.#line.command("history", { ...where, limit: 50, ...(before === null ? {} : { before }) }));
    if (ack === null) return "offline";
    if (!ack.ok) return LATER_CODES.has(ack.code) ? "offline" : "gone";
    this.#change(recalled(this.state, id, ack, before));
    return "ok";
  }

  /** A message as an ack gave it. */
  learnMessage(message: Message): void {
    this.#change(learnt(this.state, message));
  }

  show(id: string | null): void {
    this.openId = id;
    this.#change(trimmed(this.state, id));
  }

  saw(id: string, upTo: number): void {
    this.#change(saw(this.state, id, upTo));
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => void this.#tellRead(), READ_AFTER_MS);
  }

  readAll(topics: readonly string[]): void {
    this.#change(allRead(this.state, topics));
    void this.#tellRead();
  }

  async save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    if (!this.writesCache() || (this.state === this.#saved && this.book === this.#savedBook && this.company === this.#savedCompany) || this.state.me === null) return;
    const [before, after] = [this.#saved, this.state];
    [this.#saved, this.#savedBook, this.#savedCompany] = [after, this.book, this.company];
    if (!(await this.cache.save(before, after, this.freshAt ?? Date.now(), this.book, this.company))) this.#saved = before;
  }

  #change(next: State, { quietly = false } = {}): void {
    if (next === this.state) return;
    this.state = next;
    if (quietly) return;
    if (this.line === "open" && !this.#syncing) this.freshAt = Date.now();
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
    const headless = Object.values(next.threads).some((thread) => thread.opening === null && !isFlat(thread) && thread.topic in next.topics);
    if (this.#syncing || !(next.behind || headless)) return;
    clearTimeout(this.#gapTimer);
    this.#gapTimer = setTimeout(() => void this.#mend(), GAP_PATIENCE_MS);
  }

  async #mend(): Promise<void> {
    if (this.state.behind) return this.#catchUp();
    const rooms = new Set(Object.values(this.state.threads).filter((thread) => thread.opening === null).map((thread) => this.state.topics[thread.topic]?.view));
    for (const room of ["street", "neighbourhood"] as const) if (rooms.has(room)) await this.list(room);
  }

  async #catchUp(): Promise<void> {
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      let others = 0;
      let asked = this.#line.command("sync", { positions: positions(this.state) });
      // The server answers one socket's commands in order: the first lists need not wait for the sync.
      const first = this.cursors.street === undefined && this.cursors.neighbourhood === undefined;
      const lists = first ? [this.#ahead("street"), this.#ahead("neighbourhood")] : [];
      for (let more = true; more; ) {
        const ack = await asked;
        if (!ack.ok) throw new LineDown();
        for (const topic of ack.topics) this.#told[topic.topic] = topic.read;
        others += ack.events.filter((event) => event.kind === "message.posted" && event.message.author.account !== ack.me.account).length;
        this.book = opened(this.book, ack, Date.now());
        this.company = gathered(this.company, ack);
        this.#change(caughtUpWithEyes(synced(this.state, ack)));
        more = ack.more;
        if (more) asked = this.#line.command("sync", { positions: positions(this.state) });
      }
      await Promise.all(lists);
      await this.#listRooms();
      this.freshAt = Date.now();
      this.isSynced = true;
      if (this.#lostAt !== null && Date.now() - this.#lostAt > SHORT_CUT_MS) this.caughtUp = others;
      this.#lostAt = null;
      this.onReady();
      void this.#tellRead();
      void this.#choices();
      void this.save();
    } catch (error) {
      if (!(error instanceof LineDown)) throw error;
      this.#line.restart();
    } finally {
      this.#syncing = false;
    }
    if (this.state.behind) setTimeout(() => void (this.line === "open" && this.#catchUp()), 1_000);
  }

  async #choices(): Promise<void> {
    const ack = await this.#ask("prefs.get", {});
    if (ack !== null) this.company = chosen(this.company, ack.prefs);
  }

  /** Asks for a room together with the sync; its answer waits until the sync's was applied. */
  async #ahead(room: Room): Promise<void> {
    const ack = await this.#ask("conversations", { view: room, limit: PAGE });
    if (ack === null) return;
    this.#change(listed(this.state, room, ack, false));
    this.cursors = { ...this.cursors, [room]: ack.more };
  }

  async #listRooms(): Promise<void> {
    const { stale } = this.state;
    this.#change(emptied(this.state));
    const wanted = (["street", "neighbourhood"] as const).filter((room) => {
      const allowed = this.state.me?.rights[room === "street" ? "read_street" : "read_neighbourhood"];
      return allowed && (this.cursors[room] === undefined || stale.some((name) => this.state.topics[name]?.view === room));
    });
    const lost = this.openId !== null && stale.length > 0;
    await Promise.all(wanted.map((room) => {
      this.cursors = { ...this.cursors, [room]: undefined };
      return this.list(room);
    }));
    if (lost && this.openId !== null) await this.recall(this.openId);
  }

  async #tellRead(): Promise<void> {
    const moved = pointersMoved(this.#told, this.state);
    if (Object.keys(moved).length === 0) return;
    if ((await this.#ask("read", { positions: moved })) === null) return;
    for (const [name, [, seq]] of Object.entries(moved)) this.#told[name] = seq;
  }

  async #ask<Name extends CommandName>(name: Name, payload: CommandMap[Name]["payload"]): Promise<CommandMap[Name]["ack"] | null> {
    const ack = await unlessDown(this.#line.command(name, payload));
    return ack?.ok ? ack : null;
  }
}
