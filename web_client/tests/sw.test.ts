import { beforeAll, beforeEach, expect, test, vi } from "vitest";

type Answer = { ok: boolean; status: number; clone: () => Answer; text: string };
type Heard = Record<string, (event: object) => void>;

const heard: Heard = {};
let stores: Map<string, Map<string, Answer>>;
let full: boolean;

const said = (text: string, status = 200): Answer => ({ ok: status < 400, status, text, clone: () => said(text, status) });
const path = (asked: unknown) => (typeof asked === "string" ? asked : (asked as { path: string }).path);

const caches = {
  keys: async () => [...stores.keys()],
  delete: async (name: string) => stores.delete(name),
  match: async (asked: unknown) => [...stores.values()].map((store) => store.get(path(asked))).find((one) => one !== undefined),
  open: async (name: string) => {
    const store = stores.get(name) ?? new Map<string, Answer>();
    stores.set(name, store);
    return {
      match: async (asked: unknown) => store.get(path(asked)),
      put: async (asked: unknown, answer: Answer) => {
        if (full) throw new DOMException("no room", "QuotaExceededError");
        store.set(path(asked), answer);
      },
    };
  },
};

/** What an event makes the worker answer, and wait for. */
async function happens(name: string, request: object = {}): Promise<Answer | undefined> {
  let answer: Promise<Answer> | undefined;
  const work: Promise<unknown>[] = [];
  heard[name]?.({ request, respondWith: (given: Promise<Answer>) => (answer = given), waitUntil: (one: Promise<unknown>) => work.push(one) });
  const given = await answer;
  await Promise.all(work);
  return given;
}

const get = (at: string, mode: string) => ({ method: "GET", url: `http://palier.test${at}`, path: at, mode });

beforeAll(async () => {
  vi.stubGlobal("self", { addEventListener: (name: string, run: Heard[string]) => (heard[name] = run), skipWaiting: async () => {}, clients: { claim: async () => {} } });
  vi.stubGlobal("location", { origin: "http://palier.test" });
  vi.stubGlobal("caches", caches);
  await import("../src/sw");
});
beforeEach(() => {
  [stores, full] = [new Map(), false];
  vi.stubGlobal("fetch", async () => said("fresh"));
});

test("a script is kept for the next time", async () => {
  expect((await happens("fetch", get("/assets/a.js", "cors")))?.text).toBe("fresh");
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
  expect((await happens("fetch", get("/assets/a.js", "cors")))?.text).toBe("fresh");
});

test("a script that finds no room is given all the same", async () => {
  full = true;
  expect((await happens("fetch", get("/assets/a.js", "cors")))?.text).toBe("fresh");
});

test("a page that is open finds the files of the release before, not of all before it", async () => {
  stores = new Map(["palier-one", "push", "palier-two", "palier-__RELEASE__"].map((name) => [name, new Map([["/assets/old.js", said(name)], ["/", said(name)]])]));
  await happens("activate");
  expect([...stores.keys()]).toEqual(["push", "palier-two", "palier-__RELEASE__"]);
  stores.get("palier-__RELEASE__")?.delete("/assets/old.js");
  stores.delete("push");
  expect((await happens("fetch", get("/assets/old.js", "cors")))?.text).toBe("palier-two");
});

test("without a network the page is the newest release's", async () => {
  stores = new Map(["palier-two", "palier-__RELEASE__"].map((name) => [name, new Map([["/", said(name)]])]));
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("offline")));
  expect((await happens("fetch", get("/rue", "navigate")))?.text).toBe("palier-__RELEASE__");
});

test.each([[502, "kept"], [503, "kept"], [404, "fresh"]])("when a page is answered with %i, it is the %s one", async (status, text) => {
  stores = new Map([["palier-__RELEASE__", new Map([["/", said("kept")]])]]);
  vi.stubGlobal("fetch", async () => said("fresh", status));
  expect((await happens("fetch", get("/rue", "navigate")))?.text).toBe(text);
});

test("where nothing is kept, what the server said is shown", async () => {
  vi.stubGlobal("fetch", async () => said("fresh", 503));
  expect((await happens("fetch", get("/rue", "navigate")))?.text).toBe("fresh");
});
