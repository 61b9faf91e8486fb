// Where a cell lies: geohash, as far as a map and a form need it.

import type { Me } from "../wire";

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";

export type Point = { lon: number; lat: number };
export type Box = { west: number; south: number; east: number; north: number };

export function boxOf(cell: string): Box {
  const box = { west: -180, south: -90, east: 180, north: 90 };
  let even = true;
  for (const character of cell) {
    const index = ALPHABET.indexOf(character);
    for (let bit = 16; bit > 0; bit >>= 1) {
      const upper = (index & bit) !== 0;
      if (even) {
        const middle = (box.west + box.east) / 2;
        if (upper) box.west = middle;
        else box.east = middle;
      } else {
        const middle = (box.south + box.north) / 2;
        if (upper) box.south = middle;
        else box.north = middle;
      }
      even = !even;
    }
  }
  return box;
}

export function centreOf(cell: string): Point {
  const box = boxOf(cell);
  return { lon: (box.west + box.east) / 2, lat: (box.south + box.north) / 2 };
}

export function cellOf(me: Me | null): string {
  return me === null ? "" : me.home.slice(me.home.indexOf(":") + 1);
}

/** The middle of my own cell: « autour de chez moi ». */
export function homeOf(me: Me): Point {
  return centreOf(cellOf(me));
}

/** Corners as the wire has an area; null while they enclose nothing. */
export function polygonOf(corners: readonly Point[]): { type: "Polygon"; coordinates: [number, number][][] } | null {
  if (corners.length < 3) return null;
  const ring = corners.map(({ lon, lat }): [number, number] => [lon, lat]);
  return { type: "Polygon", coordinates: [[...ring, ...ring.slice(0, 1)]] };
}

/** A circle on the map, as a ring of positions. */
export function circleRound({ lon, lat }: Point, radius: number, corners = 64): [number, number][] {
  const across = radius / (111_320 * Math.cos((lat * Math.PI) / 180));
  const up = radius / 110_574;
  return Array.from({ length: corners + 1 }, (_, step) => {
    const angle = (2 * Math.PI * step) / corners;
    return [lon + across * Math.sin(angle), lat + up * Math.cos(angle)] as [number, number];
  });
}
