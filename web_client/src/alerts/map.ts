// The map, loaded when one is shown. No glyphs or sprites: lines and areas only, names in the browser's
// own font. The ground is the operator's tiles, or the shipped street lines: the server's own files.

import { Map as Canvas, Marker, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { trustedScript } from "../frame/trusted";
import { ask } from "../http";
import type { MapTiles, Sighting } from "../wire";
import { colours, layersOf, type Base } from "./base";
import { boxOf, centreOf, circleRound, type Box, type Point } from "./cells";
import { loadStreets, NO_STREETS } from "./streets";
import type { Tiles } from "./archive";

/** `official`: an institution's. `ring`: of a drawn area, so far; while it is empty, the map shows the circle's ground and no area. */
export type Area = { id: string; cell: string; radius: number; cells: readonly string[] | null; title: string; official?: boolean; ring?: readonly [number, number][] };
/** `still`: settled once its ground is drawn. */
export type Drawn = { still: Promise<void>; aim(onpoint: (point: Point) => void): void; show(areas: readonly Area[], sightings: readonly Sighting[]): void; paint(): void; remove(): void };

type Ground = { bases: Base[]; gone: boolean; oncredit: (text: string | null) => void };
// The circle is drawn this much wider: the server covers the whole square of the place.
const HIDING_M = 92;

export async function drawMap(box: HTMLElement, bounds: Box, onpick: (id: string) => void, oncredit: (text: string | null) => void): Promise<Drawn> {
  trustWorkers();
  setWorkerUrl(workerUrl);
  const canvas = new Canvas({ container: box, style: style(), bounds: [bounds.west, bounds.south, bounds.east, bounds.north], fitBoundsOptions: { padding: 24, maxZoom: 16 }, attributionControl: false, dragRotate: false, cooperativeGestures: false, fadeDuration: 0, maxZoom: 17 });
  await new Promise((resolve, reject) => {
    canvas.once("load", resolve);
    canvas.once("error", reject);
  });
  const ground: Ground = { bases: [], gone: false, oncredit };
  const still = lay(canvas, bounds, ground).then(() => new Promise<void>((done) => canvas.once("idle", () => done())));
  let pins: Marker[] = [];
  return {
    still,
    show(areas, sightings) {
      (canvas.getSource("areas") as GeoJSONSource).setData({ type: "FeatureCollection", features: areas.filter((area) => area.ring?.length !== 0).map(shapeOf) });
      pins.forEach((pin) => pin.remove());
      pins = [...areas.map((area) => pinOf(area, onpick)), ...sightings.map((one, index) => discOf(one, index + 1))];
      pins.forEach((pin) => pin.addTo(canvas));
    },
    /** The middle of the map is the place: moved there by hand, by key, or by a touch. */
    aim(onpoint) {
      const tell = () => onpoint({ lon: canvas.getCenter().lng, lat: canvas.getCenter().lat });
      canvas.on("moveend", tell);
      canvas.on("click", (event) => canvas.jumpTo({ center: event.lngLat }));
      tell();
    },
    paint: () => repaint(canvas, ground.bases),
    remove() {
      ground.gone = true;
      canvas.remove();
    },
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
    const undrawn = area.ring?.length === 0;
    for (const [lon, lat] of undrawn ? circleRound(centreOf(area.cell), area.radius) : ringOf(area)) {
      [box.west, box.east] = [Math.min(box.west, lon), Math.max(box.east, lon)];
      [box.south, box.north] = [Math.min(box.south, lat), Math.max(box.north, lat)];
    }
  }
  return areas.length === 0 ? { west: -1.72, south: 48.09, east: -1.64, north: 48.13 } : box;
}

function style(): StyleSpecification {
  const now = colours();
  return {
    version: 8,
    sources: { streets: { type: "geojson", data: NO_STREETS }, areas: { type: "geojson", data: NO_STREETS as never } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": now.land } },
      { id: "area", type: "fill", source: "areas", paint: { "fill-color": now.area, "fill-opacity": 0.18 } },
      { id: "edge", type: "line", source: "areas", paint: { "line-color": now.edge, "line-width": 2, "line-dasharray": [3, 2] } },
    ],
  };
}

/** The ground under the areas. Where tiles stop coming, street lines lie under those that came. */
async function lay(canvas: Canvas, bounds: Box, ground: Ground): Promise<void> {
  const tiles = await findTiles(bounds);
  if (ground.gone) return;
  if (tiles === null) return layStreets(canvas, ground, "area");
  const layers = layersOf(tiles.base);
  canvas.addSource("tiles", tiles.source);
  layers.forEach((layer) => canvas.addLayer(layer, "area"));
  ground.bases = [tiles.base];
  ground.oncredit(tiles.credit);
  canvas.on("error", (event) => {
    const isTile = (event as { sourceId?: string }).sourceId === "tiles";
    if (isTile && !ground.bases.includes("streets")) void layStreets(canvas, ground, layers[0]?.id ?? "area");
  });
}

async function layStreets(canvas: Canvas, ground: Ground, above: string): Promise<void> {
  ground.bases = [...ground.bases, "streets"];
  layersOf("streets").forEach((layer) => canvas.addLayer(layer, above));
  const streets = await loadStreets();
  if (!ground.gone) (canvas.getSource("streets") as GeoJSONSource).setData(streets);
}

async function findTiles(bounds: Box): Promise<Tiles | null> {
  const answer = await ask<MapTiles>("GET", "/api/map");
  if (!answer.ok || answer.body.tiles === null) return null;
  const { tiles } = answer.body;
  return import("./archive").then(({ openTiles }) => openTiles(tiles, bounds), () => null);
}

function repaint(canvas: Canvas, bases: readonly Base[]): void {
  const now = colours();
  canvas.setPaintProperty("land", "background-color", now.land);
  canvas.setPaintProperty("edge", "line-color", now.edge);
  for (const { id, paint } of bases.flatMap(layersOf)) {
    for (const [name, value] of Object.entries(paint ?? {})) canvas.setPaintProperty(id, name as never, value as never);
  }
}

function ringOf(area: Area): [number, number][] {
  if (area.ring !== undefined) return [...area.ring];
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
  pin.className = area.official ? "map-pin official" : "map-pin";
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
