// « Ma position »: what the browser says, when it says it.

import type { Point } from "./cells";

const ASKED = { timeout: 10_000, maximumAge: 60_000, enableHighAccuracy: true };

/** Null when the browser gives none. */
export function whereIAm(): Promise<Point | null> {
  return new Promise((found) => navigator.geolocation.getCurrentPosition(({ coords }) => found({ lon: coords.longitude, lat: coords.latitude }), () => found(null), ASKED));
}
