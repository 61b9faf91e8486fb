// Where the reader is in a long conversation. The page never jumps: after each change the row at the
// upper edge is put back where it was, or the end is followed when the reader was there.

import { tick } from "svelte";
import type { Row } from "./rows";
import { Heights, type Span } from "./windowing";

const NEAR_END_PX = 48;
const OLDER_AT_PX = 600;
// The first unread message stands this far below the upper edge.
const HEADROOM_PX = 80;

export type Watcher = { onseen(upTo: number): void; onolder(): void; onend(atEnd: boolean): void };

export class ReaderPlace {
  span = $state.raw<Span>({ from: 0, to: 0, before: 0, after: 0, whole: true });

  #heights = new Heights();
  #rows: readonly Row[] = [];
  #at: { id: string; above: number } | null = null;
  #atEnd = true;
  // What is built, in the rows as they are now; the rest of the span comes with the next frames.
  #built = { from: -1, to: -1 };
  #rest = 0;
  #list: HTMLElement | null = null;
  #scroller: HTMLElement | null = null;

  constructor(readonly watcher: Watcher) {}

  /** Starts at a row, or at the end. */
  enter(list: HTMLElement, startAt: string | null): () => void {
    this.#list = list;
    this.#scroller = list.closest<HTMLElement>("[data-scroller]");
    if (startAt !== null) this.goTo(startAt);
    const scrolled = () => this.#scrolled();
    const resized = new ResizeObserver(() => (this.#cut(), void tick().then(() => this.#hold())));
    const look = () => this.look();
    this.#scroller?.addEventListener("scroll", scrolled, { passive: true });
    if (this.#scroller !== null) resized.observe(this.#scroller);
    document.addEventListener("visibilitychange", look);
    return () => {
      this.#scroller?.removeEventListener("scroll", scrolled);
      document.removeEventListener("visibilitychange", look);
      cancelAnimationFrame(this.#rest);
      resized.disconnect();
      this.#sizes.disconnect();
    };
  }

  lay(rows: readonly Row[]): void {
    const [first, last] = [this.#rows[this.span.from]?.id, this.#rows[this.span.to - 1]?.id];
    this.#rows = rows;
    this.#heights.lay(rows.map((row) => row.id));
    this.#built = { from: this.#heights.index(first ?? ""), to: this.#heights.index(last ?? "") + 1 };
    this.#settle();
    void tick().then(() => requestAnimationFrame(() => this.look()));
  }

  goTo(id: string): void {
    [this.#at, this.#atEnd] = [{ id, above: -HEADROOM_PX }, false];
    this.#settle();
  }

  toEnd(): void {
    this.#atEnd = true;
    this.#settle();
  }

  /** For `use:`: watches the height of a built row. */
  measured = (node: HTMLElement): { destroy(): void } => {
    this.#sizes.observe(node);
    return { destroy: () => this.#sizes.unobserve(node) };
  };

  /** What lies above the lower edge was shown. */
  look(): void {
    if (this.#scroller === null || document.visibilityState !== "visible") return;
    const last = this.#heights.at(this.#offset() + this.#scroller.clientHeight - NEAR_END_PX / 2);
    for (let index = Math.min(last, this.#rows.length - 1); index >= 0; index -= 1) {
      const row = this.#rows[index];
      if (row?.kind === "message") return this.watcher.onseen(row.message.seq);
    }
  }

  #sizes = new ResizeObserver((entries) => {
    let news = false;
    for (const { target } of entries) {
      if (!(target instanceof HTMLElement) || !target.isConnected) continue;
      news = this.#heights.measure(target.dataset.row ?? "", target.getBoundingClientRect().height) || news;
    }
    if (!news) return;
    this.#settle();
    // Measured now, not guessed: who sees the whole conversation is at its end, and follows it.
    void tick().then(() => (this.#atEnd ||= this.#slack() < NEAR_END_PX));
  });

  #settle(): void {
    this.#heights.settle();
    this.#cut();
    void tick().then(() => this.#hold());
  }

  #cut(): void {
    if (this.#scroller === null) return;
    const height = this.#scroller.clientHeight;
    const y = this.#atEnd ? this.#heights.total - height : this.#at === null ? this.#offset() : this.#heights.top(Math.max(0, this.#heights.index(this.#at.id))) + this.#at.above;
    const next = this.#heights.span(Math.max(0, y), height, this.#built);
    const { span } = this;
    this.#built = next;
    if (next.from !== span.from || next.to !== span.to || next.before !== span.before || next.after !== span.after) this.span = next;
    if (!next.whole && this.#rest === 0) this.#rest = requestAnimationFrame(() => ((this.#rest = 0), this.#cut()));
  }

  #hold(): void {
    if (this.#scroller === null) return;
    const index = this.#at === null ? -1 : this.#heights.index(this.#at.id);
    const drift = this.#at === null || index < 0 ? 0 : this.#heights.top(index) + this.#at.above - this.#offset();
    if (this.#atEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else if (Math.abs(drift) > 0.5) this.#scroller.scrollTop += drift;
    this.#tellEnd();
  }

  #scrolled(): void {
    if (this.#scroller === null) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    const y = this.#offset();
    // Older answers come in below the opening: a message after that gap is what must not move (a day line may go).
    let index = Math.max(this.#heights.at(Math.max(0, y)), this.#heights.index("more") + 1);
    while (index < this.#rows.length - 1 && this.#rows[index]?.kind !== "message") index += 1;
    this.#at = { id: this.#rows[index]?.id ?? "", above: y - this.#heights.top(index) };
    this.#cut();
    this.look();
    this.#tellEnd();
    if (y < OLDER_AT_PX) this.watcher.onolder();
  }

  /** A conversation that fits the screen has its end in sight. */
  #tellEnd(): void {
    this.watcher.onend(this.#atEnd || this.#slack() < NEAR_END_PX);
  }

  #slack(): number {
    return this.#scroller === null ? 0 : this.#scroller.scrollHeight - this.#scroller.clientHeight;
  }

  #offset(): number {
    if (this.#scroller === null || this.#list === null) return 0;
    return this.#scroller.getBoundingClientRect().top - this.#list.getBoundingClientRect().top;
  }
}
