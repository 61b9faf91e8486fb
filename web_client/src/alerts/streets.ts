// The street lines that the project ships (© OpenStreetMap contributors, ODbL), read into the map's
// own form: so the map works without any other server.

import linesUrl from "../../../realtime/places/example/rennes.txt?url";

type Line = { type: "Feature"; properties: { name: string }; geometry: { type: "MultiLineString"; coordinates: [number, number][][] } };
export type Streets = { type: "FeatureCollection"; features: Line[] };

export const NO_STREETS: Streets = { type: "FeatureCollection", features: [] };

export async function loadStreets(): Promise<Streets> {
  try {
    const response = await fetch(linesUrl);
    return response.ok ? parse(await response.text()) : NO_STREETS;
  } catch {
    return NO_STREETS;
  }
}

/** One street a line: its name, a tab, its pieces; each a first point and steps, in 1e-5 degrees. */
export function parse(text: string): Streets {
  const features = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line): Line => {
    const [name = "", pieces = ""] = line.split("\t");
    return { type: "Feature", properties: { name }, geometry: { type: "MultiLineString", coordinates: pieces.split("|").map(walk) } };
  });
  return { type: "FeatureCollection", features };
}

function walk(piece: string): [number, number][] {
  let [x, y] = [0, 0];
  return piece.split(";").map((step) => {
    const [dx = 0, dy = 0] = step.trim().split(" ").map(Number);
    [x, y] = [x + dx, y + dy];
    return [x / 1e5, y / 1e5];
  });
}
