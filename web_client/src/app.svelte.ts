// The composition of the client: built once in main.ts, handed to the views by context.

import { getContext, setContext } from "svelte";
import type { Book } from "./alerts/book";
import { Cache } from "./cache";
import type { Company } from "./company";
import { ask } from "./http";
import { Live } from "./live.svelte";
import { Outgoing } from "./rooms/outgoing.svelte";
import { forgetDrafts, keepDraftsOf } from "./rooms/drafts";
import { Router } from "./router.svelte";
import { EMPTY, type State } from "./state";
import type { Event, Me } from "./wire";
import { fr, type Words } from "./words/fr";

export type Theme = "system" | "light" | "dark";
export type Phase = "opening" | "out" | "in" | "unreachable";

// Says that the last visit ended signed out: no line is tried before someone signs in, where the
// server did not say on the page that a session came with this visit.
const LEFT = "palier-left";
const CONTEXT = Symbol("palier");
// A first view that takes longer is waited for no more.
const LONGEST_OPENING_MS = 6_000;

export class App {
  readonly router = new Router();
  readonly live: Live;
  readonly outgoing: Outgoing;
  words = $state.raw<Words>(fr);
  theme = $state.raw<Theme>("system");
  phase = $state.raw<Phase>("opening");
  /** A minute clock for ages, days and the countdown. */
  now = $state.raw(Date.now());

  /** The last words for screen readers. */
  spoken = $state.raw("");

  /** Settled once the first view is there: what can wait until then waits for it. */
  readonly opened: Promise<void>;
  /** A danger to life, said over everything else. */
  alarm = $state.raw("");

  #tabs = new BroadcastChannel("palier");
  #open = () => {};
  #arrivals = 0;
  #writesCache = navigator.locks === undefined;

  constructor(readonly cache: Cache) {
    this.opened = new Promise((done) => {
      this.#open = () => whenIdle(done);
    });
    setTimeout(this.#open, LONGEST_OPENING_MS);
    this.live = new Live(cache, () => this.#writesCache, () => (void this.outgoing.flush(), this.#open()), () => void this.#doubt(), (before, event) => void this.#hear(before, event));
    this.outgoing = new Outgoing(cache, this.live, this.#tabs);
    this.#tabs.addEventListener("message", (message: MessageEvent<string>) => {
      if (message.data === "signed_out") this.#left();
      if (message.data === "settings") void this.#readSettings();
    });
    // One tab writes the cache, so that positions and messages of two tabs are never mixed.
    void navigator.locks?.request("palier-cache", () => {
      this.#writesCache = true;
      return new Promise(() => {});
    });
    setInterval(() => (this.now = Date.now()), 30_000);
  }

  get me(): Me | null {
    return this.live.state.me;
  }

  /** Speaks through the polite region; the same words twice are two announcements. */
  say(words: string): void {
    this.spoken = this.spoken === words ? `${words}\u00a0` : words;
  }

  async #hear(before: Book, event: Event): Promise<void> {
    if (!event.kind.startsWith("alert.") && event.kind !== "announcement.published") return;
    const spoken = await import("./alerts/spoken").catch(() => null);
    const said = spoken?.spokenOf(before, event, this.me?.account ?? null, this.words.language, Date.now()) ?? null;
    if (said?.grave) this.alarm = said.text;
    else if (said !== null) this.say(said.text);
  }

  async start(): Promise<void> {
    const settings = this.#readSettings();
    const { visit } = document.documentElement.dataset;
    if (visit === "stranger") {
      await settings;
      this.#left();
      return this.#open();
    }
    const before = this.#arrivals;
    // Whoever was here before, or might be signed in: the line opens while /api/me is on its way
    // and what was kept here is read.
    const maybe = visit === "known" || localStorage.getItem(LEFT) === null;
    const asked = ask<{ me: Me }>("GET", "/api/me");
    if (maybe) this.live.reach();
    const [{ state, at, book, company }] = await Promise.all([this.cache.load(), settings]);
    if (state.me !== null) await this.#enter(state, at, book, company);
    else if (maybe) this.live.start(EMPTY, null);
    const answer = await asked;
    if (answer.ok) await this.#arrived(answer.body.me);
    else if (answer.status === 401) this.#leftUnless(before);
    else if (state.me === null) this.phase = "unreachable";
    if (this.phase !== "in") this.#open();
  }

  /** After signing in or up. False: who came is not known, to be asked again. */
  async arrive(): Promise<boolean> {
    const answer = await ask<{ me: Me }>("GET", "/api/me");
    if (!answer.ok) return false;
    this.#arrivals += 1;
    await this.#arrived(answer.body.me);
    return true;
  }

  async signOut(): Promise<boolean> {
    const answer = await ask("DELETE", "/api/session");
    if (!answer.ok && answer.status !== 401) return false;
    const account = this.me?.account ?? "";
    this.#stop();
    forgetDrafts();
    await this.cache.forget(account);
    this.#tabs.postMessage("signed_out");
    localStorage.setItem(LEFT, "1");
    this.phase = "out";
    this.router.go("/", { replace: true });
    return true;
  }

  async speak(language: "fr" | "en"): Promise<void> {
    localStorage.setItem("palier-language", language);
    await this.#readSettings();
    this.#tabs.postMessage("settings");
    if (this.phase === "in") void ask("PATCH", "/api/me", { language });
  }

  async paint(theme: Theme): Promise<void> {
    localStorage.setItem("palier-theme", theme);
    await this.#readSettings();
    this.#tabs.postMessage("settings");
  }

  async #readSettings(): Promise<void> {
    const theme = localStorage.getItem("palier-theme");
    this.theme = theme === "light" || theme === "dark" ? theme : "system";
    document.documentElement.dataset.theme = this.theme;
    const language = localStorage.getItem("palier-language") ?? (navigator.language.startsWith("fr") ? "fr" : "en");
    this.words = language === "en" ? ((await import("./words/en").catch(() => null))?.en ?? fr) : fr;
    document.documentElement.lang = this.words.language;
  }

  async #arrived(me: Me): Promise<void> {
    this.now = Date.now();
    if (this.phase === "in" && this.me?.account === me.account) return;
    if (this.me !== null && this.me.account !== me.account) {
      this.#stop();
      await this.cache.forgetRooms();
    }
    localStorage.removeItem(LEFT);
    if (this.me === null) await this.#enter({ ...EMPTY, me }, null);
    else await this.#settle();
  }

  async #enter(state: State, at: number | null, book?: Book, company?: Company): Promise<void> {
    this.live.start(state, at, book, company);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    if (this.me !== null) keepDraftsOf(this.me.account);
    await this.outgoing.reload();
    this.phase = "in";
  }

  /** Nothing that was said to one account is heard by the next. */
  #stop(): void {
    this.live.stop();
    this.outgoing.leave();
    this.spoken = this.alarm = "";
  }

  /** The line was refused: it is believed only when the account is refused too. */
  async #doubt(): Promise<void> {
    const [before, stops] = [this.#arrivals, this.live.stops];
    const answer = await ask("GET", "/api/me");
    if (!answer.ok && answer.status === 401) this.#leftUnless(before);
    else if (stops === this.live.stops) this.live.reopenIn(1_000 + Math.random() * 2_000);
  }

  /** A 401 to a question asked before somebody signed in says nothing of who is here now. */
  #leftUnless(arrivals: number): void {
    if (arrivals === this.#arrivals) this.#left();
  }

  /** The session ended, here or on the server. Words that did not leave stay for the same account. */
  #left(): void {
    this.#stop();
    localStorage.setItem(LEFT, "1");
    void this.cache.forgetRooms();
    this.phase = "out";
  }
}

/** Safari has no idle callbacks: there a moment later is soon enough. */
function whenIdle(act: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(act, { timeout: 1_000 });
  else setTimeout(act, 200);
}

export function provideApp(app: App): void {
  setContext(CONTEXT, app);
}

export function useApp(): App {
  return getContext<App>(CONTEXT);
}
