// The cards of a room during one visit. They wait a moment for what the server says is new, so that the
// first picture is the right one; they are built a few at a time; and what comes in above them later
// goes above the upper edge: what is being read stays where it is.

import { tick, untrack } from "svelte";
import type { App } from "../app.svelte";
import { pause } from "../pause";
import { firstNewThread } from "../reading";
import { threadsOf, type Room, type Thread } from "../state";
import { freshOrder, keptOrder, type Order } from "./order";

// A line that is slower than this shows what was kept here.
const PATIENCE_MS = 300;
const BUILT_AT_ONCE = 2;
const TOP_PX = 8;

export class Cards {
  list = $state<HTMLElement>();
  /** The first with something new in it, when the room was opened. */
  firstNew = $state.raw<string | null>(null);
  /** All that was known at first is built: what comes below it later takes nothing away. */
  begun = $state(false);
  /** How many new ones lie above the upper edge. */
  above = $state(0);

  #order = $state.raw<Order>(freshOrder([]));
  #built = $state(0);
  #patient = $state(true);
  #holding = false;

  shown = $derived.by(() => {
    const { threads } = this.app.live.state;
    return this.#order.ids.slice(0, this.#built).map((id) => threads[id]).filter((thread): thread is Thread => thread?.opening != null);
  });
  /** All that is known here is built. */
  whole = $derived.by(() => this.#built >= this.#order.ids.length);
  /** Nothing more is waited for. */
  ready = $derived.by(() => this.complete() || !this.#patient || this.app.live.line === "closed");

  /** `complete`: the server has listed the room, and what stands above the cards is there. */
  constructor(readonly app: App, readonly room: Room, readonly complete: () => boolean) {
    if (app.router.placeHere() !== null) [this.#patient, this.#built] = [false, Infinity];
    $effect.pre(() => {
      const threads = threadsOf(app.live.state, room);
      if (this.ready) untrack(() => this.#lay(threads));
    });
    $effect(() => {
      // By the count itself: `whole` says nothing new until the last of them.
      if (this.#built < this.#order.ids.length) void pause().then(() => (this.#built += BUILT_AT_ONCE));
    });
    $effect(() => {
      if (this.#order.ids.length > 0 && this.whole) this.begun = true;
    });
    $effect(() => {
      const timer = setTimeout(() => (this.#patient = false), PATIENCE_MS);
      return () => clearTimeout(timer);
    });
    $effect(() => {
      const box = this.#scroller();
      const watch = () => this.#isAtTop() && this.#reachTop();
      box?.addEventListener("scroll", watch, { passive: true });
      return () => box?.removeEventListener("scroll", watch);
    });
  }

  toTop(behavior: ScrollBehavior = "instant"): void {
    this.#scroller()?.scrollTo({ top: 0, behavior });
  }

  /** Keeps what is read in its place through the change that is coming: called before it, in an `$effect.pre`. */
  hold(): void {
    if (this.#holding) return; // whose end sees both changes
    const [box, list, first] = [this.#scroller(), this.list, this.#order.ids[0] ?? ""];
    // Enlarged, the page scrolls as a whole, and the browser itself holds what is read.
    if (box !== null && getComputedStyle(box).overflowY === "visible") return;
    this.#holding = true;
    const cards = [...(list?.querySelectorAll("article.thread") ?? [])];
    const edge = box?.getBoundingClientRect().top ?? 0;
    const read = cards.find((card) => card.getBoundingClientRect().bottom > edge);
    const before = read?.getBoundingClientRect().top ?? 0;
    void tick().then(() => {
      this.#holding = false;
      if (box == null || list === undefined || !read?.isConnected) return;
      const moved = read.getBoundingClientRect().top - before;
      if (Math.abs(moved) < 0.5) return; // or a scroll under way would stop
      // A short list has to grow until it can be scrolled that far.
      if (moved > 0) list.style.minHeight = `calc(100% + ${box.scrollTop + moved}px)`;
      box.scrollTop += moved;
      if (moved > 0) this.above += Math.max(0, this.#order.ids.indexOf(first));
    });
  }

  #lay(threads: readonly Thread[]): void {
    const before = this.#order;
    if (before.ids.length === 0) {
      this.#order = freshOrder(threads);
      this.firstNew = firstNewThread(this.app.live.state, this.room);
      return;
    }
    const next = keptOrder(before, threads);
    const added = Math.max(0, next.ids.indexOf(before.ids[0] ?? ""));
    const mine = threads.find((thread) => thread.id === next.ids[0])?.opening?.author.account === this.app.me?.account;
    if (!this.#isAtTop() || (added > 0 && !mine)) this.hold();
    this.#built += added;
    this.#order = next;
  }

  #isAtTop(): boolean {
    return (this.#scroller()?.scrollTop ?? 0) < TOP_PX;
  }

  #reachTop(): void {
    this.above = 0;
    if (this.list !== undefined) this.list.style.minHeight = "";
  }

  #scroller(): HTMLElement | null {
    return this.list?.closest<HTMLElement>("[data-scroller]") ?? null;
  }
}
