// The only importer of MapLibre, loaded when a map is shown. No tiles, glyphs or sprites: lines and
// areas only, names in the browser's own font. Works from the server's own files.

import { Map as Canvas, Marker, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { trustedScript } from "../frame/trusted";
import type { Sighting } from "../wire";
import { boxOf, centreOf, circleRound, type Box } from "./cells";
import { loadStreets, NO_STREETS } from "./streets";

export type Area = { id: string; cell: string; radius: number; cells: readonly string[] | null; title: string };
export type Drawn = { show(areas: readonly Area[], sightings: readonly Sighting[]): void; paint(): void; remove(): void };

const LIGHT = { land: "#E7ECE9", street: "#FFFFFF", casing: "#B5C1BB", label: "#43514B", area: "#F2B632", edge: "#6B4700" };
const DARK = { land: "#141B18", street: "#33403A", casing: "#1E2723", label: "#B4C1BA", area: "#F2B632", edge: "#F3CE7A" };
// The circle is drawn this much wider: the server covers the whole square of the place.
const HIDING_M = 92;

export async function drawMap(box: HTMLElement, bounds: Box, onpick: (id: string) => void): Promise<Drawn> {
  trustWorkers();
  setWorkerUrl(workerUrl);
  const canvas = new Canvas({ container: box, style: style(), bounds: [bounds.west, bounds.south, bounds.east, bounds.north], fitBoundsOptions: { padding: 24, maxZoom: 16 }, attributionControl: false, dragRotate: false, cooperativeGestures: false, fadeDuration: 0, maxZoom: 17 });
  await new Promise((resolve, reject) => {
    canvas.once("load", resolve);
    canvas.once("error", reject);
  });
  void loadStreets().then((streets) => (canvas.getSource("streets") as GeoJSONSource | undefined)?.setData(streets));
  let pins: Marker[] = [];
  return {
    show(areas, sightings) {
      (canvas.getSource("areas") as GeoJSONSource).setData({ type: "FeatureCollection", features: areas.map(shapeOf) });
      pins.forEach((pin) => pin.remove());
      pins = [...areas.map((area) => pinOf(area, onpick)), ...sightings.map((one, index) => discOf(one, index + 1))];
      pins.forEach((pin) => pin.addTo(canvas));
    },
    paint: () => repaint(canvas),
    remove: () => canvas.remove(),
  };
}

/** MapLibre hands its worker's address as plain text, which Trusted Types refuse: ours goes through the policy. */
function trustWorkers(): void {
  const Plain = globalThis.Worker;
  if ("trusts" in Plain) return;
  globalThis.Worker = class extends Plain {
    static readonly trusts = true;
    constructor(address: string | URL, options?: WorkerOptions) {
      super(trustedScript(new URL(address, location.href).pathname), options);
    }
  };
}

export function boundsOf(areas: readonly Area[]): Box {
  const box = { west: 180, south: 90, east: -180, north: -90 };
  for (const area of areas) {
    for (const [lon, lat] of ringOf(area)) {
      [box.west, box.east] = [Math.min(box.west, lon), Math.max(box.east, lon)];
      [box.south, box.north] = [Math.min(box.south, lat), Math.max(box.north, lat)];
    }
  }
  return areas.length === 0 ? { west: -1.72, south: 48.09, east: -1.64, north: 48.13 } : box;
}

function colours() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? DARK : LIGHT;
}

function style(): StyleSpecification {
  const now = colours();
  const width = (thin: number, middle: number, wide: number) => ["interpolate", ["exponential", 1.5], ["zoom"], 13, thin, 15, middle, 17, wide] as never;
  return {
    version: 8,
    sources: { streets: { type: "geojson", data: NO_STREETS }, areas: { type: "geojson", data: NO_STREETS as never } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": now.land } },
      { id: "casing", type: "line", source: "streets", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": now.casing, "line-width": width(2.25, 4, 9.5) } },
      { id: "street", type: "line", source: "streets", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": now.street, "line-width": width(0.75, 2.5, 8) } },
      { id: "area", type: "fill", source: "areas", paint: { "fill-color": now.area, "fill-opacity": 0.18 } },
      { id: "edge", type: "line", source: "areas", paint: { "line-color": now.edge, "line-width": 2, "line-dasharray": [3, 2] } },
    ],
  };
}

function repaint(canvas: Canvas): void {
  const now = colours();
  canvas.setPaintProperty("land", "background-color", now.land);
  canvas.setPaintProperty("casing", "line-color", now.casing);
  canvas.setPaintProperty("street", "line-color", now.street);
  canvas.setPaintProperty("edge", "line-color", now.edge);
}

function ringOf(area: Area): [number, number][] {
  if (area.cells === null) return circleRound(centreOf(area.cell), area.radius + HIDING_M);
  return area.cells.flatMap(squareOf);
}

function squareOf(cell: string): [number, number][] {
  const { west, south, east, north } = boxOf(cell);
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}

function shapeOf(area: Area) {
  const coordinates = area.cells === null ? [[ringOf(area)]] : area.cells.map((cell) => [squareOf(cell)]);
  return { type: "Feature" as const, properties: {}, geometry: { type: "MultiPolygon" as const, coordinates } };
}

function pinOf(area: Area, onpick: (id: string) => void): Marker {
  const pin = document.createElement(area.id === "" ? "span" : "button");
  pin.className = "map-pin";
  if (area.title !== "") pin.setAttribute("aria-label", area.title);
  if (area.id !== "") pin.addEventListener("click", () => onpick(area.id));
  return new Marker({ element: pin, anchor: "bottom" }).setLngLat(centreOf(area.cell));
}

function discOf(sighting: Sighting, number: number): Marker {
  const disc = document.createElement("span");
  disc.className = "map-disc";
  disc.textContent = String(number);
  return new Marker({ element: disc }).setLngLat(centreOf(sighting.cell));
}
