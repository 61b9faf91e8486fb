// The alert being written. Kept at each change: a page may die at any moment.

import type { AlertPreview, Photo } from "../wire";
import type { Point } from "./cells";
import { KINDS, type Kind } from "./kinds";

const PREFIX = "palier-draft-alert-";

export type Fields = {
  title: string;
  body: string;
  name: string;
  species: string;
  colours: string;
  mark: string;
  occurredAt: string;
  place: Point | null;
  placeName: "home" | "here" | "street";
  radius: number;
  photo: Photo | null;
  card: string;
  called: boolean;
};

function blank(kind: Kind): Fields {
  return { title: "", body: "", name: "", species: "", colours: "", mark: "", occurredAt: "", place: null, placeName: "home", radius: KINDS[kind].radii[0] ?? 500, photo: null, card: "", called: false };
}

export class Draft {
  fields = $state<Fields>() as Fields;

  constructor(readonly kind: Kind) {
    const kept = localStorage.getItem(PREFIX + kind);
    this.fields = kept === null ? blank(kind) : { ...blank(kind), ...(JSON.parse(kept) as Partial<Fields>) };
  }

  keep(): void {
    localStorage.setItem(PREFIX + this.kind, JSON.stringify(this.fields));
  }

  forget(): void {
    localStorage.removeItem(PREFIX + this.kind);
  }

  /** What `alert.preview` and, with a key, `alert.raise` are given. */
  payload(title: string, home: Point): AlertPreview {
    const { fields } = this;
    const pet = KINDS[this.kind].pet;
    const details = pet
      ? { ...some("name", fields.name), ...some("species", fields.species), ...some("hidden_mark", fields.mark), ...colours(fields.colours), ...some("card", fields.card) }
      : {};
    return {
      kind: this.kind, title: title.trim(), body: fields.body.trim(), occurred_at: fields.occurredAt === "" ? new Date().toISOString() : new Date(fields.occurredAt).toISOString(),
      place: fields.place ?? home, radius_m: fields.radius, photos: fields.photo === null ? [] : [fields.photo.id], details,
    };
  }
}

function some(name: string, value: string): Record<string, string> {
  return value.trim() === "" ? {} : { [name]: value.trim() };
}

function colours(text: string): { colours?: string[] } {
  const list = text.split(",").map((word) => word.trim()).filter((word) => word !== "").slice(0, 6);
  return list.length === 0 ? {} : { colours: list };
}
