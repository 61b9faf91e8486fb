// A photo goes to the server at once, with what it shows; the server redraws it without metadata.

import { ask, type Answer } from "../http";
import type { Photo, Refusal } from "../wire";

const PATIENCE_MS = 100_000;
const LONGEST_SIDE = 2048;

export type Sent = { ok: true; photo: Photo } | { ok: false; message: string };

/** `offline` says what to say when the network does not answer. */
export async function sendPhoto(file: File, alt: string, offline: string): Promise<Sent> {
  const form = new FormData();
  form.append("photo", await smaller(file), "photo");
  form.append("alt", alt);
  try {
    const response = await fetch("/api/photos", { method: "POST", body: form, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) });
    const body: unknown = await response.json();
    return response.ok ? { ok: true, photo: body as Photo } : { ok: false, message: (body as Partial<Refusal>).message ?? offline };
  } catch {
    return { ok: false, message: offline };
  }
}

let telling: Promise<unknown> = Promise.resolve();

/** What a photo shows, in other words. */
export function describePhoto(url: string, alt: string): Promise<Answer<unknown>> {
  const told = ask("PATCH", url, { alt });
  telling = Promise.allSettled([telling, told]);
  return told;
}

/** Settles once all such words were told: what goes out with a photo goes out after them. */
export function photosDescribed(): Promise<unknown> {
  return telling;
}

/** A phone's 12 million points need not cross a slow line: redrawn here already where the browser can. */
async function smaller(file: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1_500_000) return file;
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  } catch {
    return file;
  }
}
