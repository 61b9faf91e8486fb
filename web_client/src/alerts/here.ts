// « Ma position »: what the browser says, when it says it.

import type { Point } from "./cells";

// The browser's own patience begins with the permission: a question that nobody answers has none.
const PATIENCE_MS = 20_000;

/** Null when the browser gives none, or nobody answers its question in time. `atMostOld`: in ms. */
export function findMe(atMostOld: number): Promise<GeolocationCoordinates | null> {
  return new Promise((found) => {
    setTimeout(() => found(null), PATIENCE_MS);
    const asked = { timeout: PATIENCE_MS, maximumAge: atMostOld, enableHighAccuracy: true };
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), () => found(null), asked);
  });
}

export async function whereIAm(): Promise<Point | null> {
  const coords = await findMe(60_000);
  return coords && { lon: coords.longitude, lat: coords.latitude };
}
