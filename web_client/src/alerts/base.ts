// What lies under the areas: colours of both themes, and the layers of street lines or of tiles.
// Vector tiles are drawn by the schema of the Protomaps basemap; no names, which would need glyphs.

import type { FillLayerSpecification, FilterSpecification, LayerSpecification, LineLayerSpecification } from "maplibre-gl";

const LIGHT = { land: "#E7ECE9", street: "#FFFFFF", casing: "#B5C1BB", area: "#F2B632", edge: "#6B4700", bright: 1 };
const DARK = { land: "#141B18", street: "#33403A", casing: "#1E2723", area: "#F2B632", edge: "#F3CE7A", bright: 0.55 };
const GREEN = ["park", "forest", "wood", "grass", "grassland", "meadow", "garden", "nature_reserve", "national_park", "cemetery", "golf_course", "allotments", "orchard", "village_green", "recreation_ground", "scrub", "pitch"];
const NO_STREET = ["rail", "ferry", "aeroway", "aerialway"];
const ROUND = { "line-cap": "round", "line-join": "round" } as const;

export type Base = "streets" | "vector" | "raster";

export function colours() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  return { ...(dark ? DARK : LIGHT), water: token("--plate-soft"), green: token("--found-soft"), building: token("--line") };
}

/** The layers between the land and the areas. */
export function layersOf(base: Base): LayerSpecification[] {
  const now = colours();
  if (base === "raster") return [{ id: "picture", type: "raster", source: "tiles", paint: { "raster-brightness-max": now.bright, "raster-fade-duration": 0 } }];
  if (base === "streets") return [line("casing", "streets", now.casing, width(2.25, 4, 9.5)), line("street", "streets", now.street, width(0.75, 2.5, 8))];
  const roads: FilterSpecification = ["!", ["in", ["get", "kind"], ["literal", NO_STREET]]];
  return [
    fill("green", "landuse", now.green, ["in", ["get", "kind"], ["literal", GREEN]]),
    fill("water", "water", now.water, ["==", ["geometry-type"], "Polygon"]),
    { ...line("river", "tiles", now.water, width(1, 2, 6)), "source-layer": "water", filter: ["==", ["geometry-type"], "LineString"] },
    { ...fill("building", "buildings", now.building, true), minzoom: 14 },
    { ...line("road-casing", "tiles", now.casing, width(2.25, 4, 9.5)), "source-layer": "roads", filter: roads },
    { ...line("road", "tiles", now.street, width(0.75, 2.5, 8)), "source-layer": "roads", filter: roads },
  ];
}

function line(id: string, source: string, colour: string, wide: never): LineLayerSpecification {
  return { id, type: "line", source, layout: ROUND, paint: { "line-color": colour, "line-width": wide } };
}

function fill(id: string, layer: string, colour: string, filter: FilterSpecification): FillLayerSpecification {
  return { id, type: "fill", source: "tiles", "source-layer": layer, filter, paint: { "fill-color": colour, "fill-antialias": false } };
}

function width(thin: number, middle: number, wide: number): never {
  return ["interpolate", ["exponential", 1.5], ["zoom"], 13, thin, 15, middle, 17, wide] as never;
}
