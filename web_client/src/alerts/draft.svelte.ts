// The alert being written. Kept at each change: a page may die at any moment.

import { newUlid } from "../ids";
import type { Alert, AlertPreview, AlertRaise, Details as WireDetails, Photo } from "../wire";
import { polygonOf, type Point } from "./cells";
import { local } from "./dates";
import { KINDS, type Form, type Kind } from "./kinds";
import type { AlertWords } from "./words";

const PREFIX = "palier-draft-alert-";
// The same words after this are another event.
const TRIED_MS = 3_600_000;

/** Of a form, as typed: empty means unsaid; « yes » and « no » are answers. */
export type Details = {
  name: string;
  species: string;
  colours: string;
  mark: string;
  sex: string;
  coat: string;
  collar: string;
  chipped: "" | "yes" | "no";
  approachable: "" | "yes" | "no";
  object: string;
  method: string;
  from: string;
  to: string;
};

const UNSAID: Details = { name: "", species: "", colours: "", mark: "", sex: "", coat: "", collar: "", chipped: "", approachable: "", object: "", method: "", from: "", to: "" };

export type Fields = Details & {
  title: string;
  body: string;
  occurredAt: string;
  place: Point | null;
  placeName: "home" | "here" | "street" | "map";
  radius: number;
  photos: Photo[];
  card: string;
  /** Of an institution: how grave, and the corners of its area; null for a circle. */
  severity: Alert["severity"] | "";
  corners: Point[] | null;
  called: boolean;
  /** What was sent last, out of which fields and when. */
  tried: { as: string; at: number; asked: AlertRaise } | null;
};

function blank(kind: Kind): Fields {
  return { ...UNSAID, title: "", body: "", occurredAt: "", place: null, placeName: "home", radius: KINDS[kind].radii[0] ?? 500, photos: [], card: "", severity: "", corners: null, called: false, tried: null };
}

export class Draft {
  fields = $state<Fields>() as Fields;

  constructor(readonly kind: Kind) {
    const kept = localStorage.getItem(PREFIX + kind);
    this.fields = kept === null ? blank(kind) : { ...blank(kind), ...(JSON.parse(kept) as Partial<Fields>) };
  }

  /** Which pet's card it is about, the address says. */
  keep(): void {
    localStorage.setItem(PREFIX + this.kind, JSON.stringify({ ...this.fields, card: "" }));
  }

  forget(): void {
    localStorage.removeItem(PREFIX + this.kind);
  }

  /** The first field that is missing, and the sentence that says so. */
  missing(words: AlertWords): { field: string; message: string } | null {
    const { fields, kind } = this;
    const { pet, callFirst } = KINDS[kind];
    if (callFirst && !fields.called) return { field: "called", message: words.mustCall };
    const named = pet && (fields.name.trim() !== "" || kind === "found_pet");
    if (!named && fields.title.trim() === "") return { field: pet ? "details.name" : "title", message: words.titleNeeded };
    if (fields.corners !== null && fields.corners.length < 3) return { field: "area", message: words.cornersNeeded };
    if (fields.corners === null && fields.placeName !== "home" && fields.place === null) return { field: "place", message: words.noPosition };
    return null;
  }

  /** What `alert.raise` is given. Fields that did not change are sent again as they were, key and moment too: an answer may be lost while its alert is out. */
  asking(fresh: AlertPreview, now: number): AlertRaise {
    const { tried, ...typed } = this.fields;
    const as = JSON.stringify(typed);
    const again = tried?.as === as && now - tried.at < TRIED_MS;
    const asked = again ? $state.snapshot(tried.asked) : { ...fresh, key: newUlid(now) };
    if (!again) this.fields.tried = { as, at: now, asked };
    this.keep();
    return asked;
  }

  /** What `alert.preview` is given. */
  payload(title: string, home: Point): AlertPreview {
    const { fields } = this;
    const area = polygonOf(fields.corners ?? []);
    return {
      ...(area === null ? { radius_m: fields.radius } : { area }), ...(fields.severity === "" ? {} : { severity: fields.severity }),
      kind: this.kind, title: title.trim(), body: fields.body.trim(), occurred_at: fields.occurredAt === "" ? new Date().toISOString() : new Date(fields.occurredAt).toISOString(),
      place: area === null ? (fields.place ?? home) : (fields.corners?.[0] ?? home), photos: fields.photos.map((photo) => photo.id),
      details: { ...said(KINDS[this.kind].form, fields), ...some("card", fields.card) },
    };
  }
}

/** An alert being changed, as typed: kept until it is saved, whether its sheet is open or not. */
export class Edit {
  title = $state("");
  body = $state("");
  severity = $state<Alert["severity"]>("info");
  photos = $state.raw<Photo[]>([]);
  details = $state<Details>(UNSAID);

  constructor(readonly before: Alert, mark: string | null) {
    [this.title, this.body, this.severity, this.photos, this.details] = [before.title, before.body, before.severity, before.photos, typed(before.details, mark)];
  }
}

/** The details as the wire has them: what was said, of this form alone. */
export function said(form: Form["form"], given: Details): WireDetails {
  if (form === "theft") return { ...some("object", given.object), ...some("method", given.method), ...moment("from", given.from), ...moment("to", given.to) };
  if (form === "plain") return {};
  const texts = (["name", "species", "sex", "coat", "collar"] as const).map((name) => some(name, given[name]));
  return Object.assign({}, ...texts, some("hidden_mark", given.mark), colours(given.colours), answer("chipped", given.chipped), answer("approachable", given.approachable));
}

/** What the wire has of an alert, as the form shows it. The hidden mark is its owner's: it comes apart. */
export function typed(details: WireDetails, mark: string | null): Details {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const tick = (value: unknown) => (typeof value === "boolean" ? (value ? "yes" : "no") : "");
  const { name, species, sex, coat, collar, object, method } = details;
  const texts = Object.fromEntries(Object.entries({ name, species, sex, coat, collar, object, method }).map(([key, value]) => [key, text(value)]));
  return { ...UNSAID, ...texts, mark: mark ?? "", colours: (details.colours ?? []).join(", "), chipped: tick(details.chipped), approachable: tick(details.approachable), from: local(details.from), to: local(details.to) };
}

function some(name: string, value: string): Record<string, string> {
  return value.trim() === "" ? {} : { [name]: value.trim() };
}

function colours(text: string): { colours?: string[] } {
  const list = text.split(",").map((word) => word.trim()).filter((word) => word !== "").slice(0, 6);
  return list.length === 0 ? {} : { colours: list };
}

function answer(name: string, value: "" | "yes" | "no"): Record<string, boolean> {
  return value === "" ? {} : { [name]: value === "yes" };
}

function moment(name: string, value: string): Record<string, string> {
  return value === "" ? {} : { [name]: new Date(value).toISOString() };
}
