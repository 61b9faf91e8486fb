// The only importer of PMTiles, loaded with the map where the operator has an archive. Its pieces
// come from our own server, by Range; MapLibre asks for a tile by `pmtiles://`.

import { addProtocol, type RasterSourceSpecification, type VectorSourceSpecification } from "maplibre-gl";
import { PMTiles, Protocol, TileType, type Header, type RangeResponse, type Source } from "pmtiles";
import type { Box } from "./cells";

export type Tiles = { base: "vector" | "raster"; source: VectorSourceSpecification | RasterSourceSpecification; credit: string | null };

const LONGEST_CREDIT = 160;
const KEY = "town";
const SIGNS: Record<string, string> = { amp: "&", copy: "©", gt: ">", lt: "<", nbsp: " ", quot: '"' };
const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

/** The address names the version, so no piece is ever of another file. */
class Pieces implements Source {
  constructor(private readonly address: string) {}

  getKey(): string {
    return KEY;
  }

  async getBytes(offset: number, length: number, signal?: AbortSignal): Promise<RangeResponse> {
    const response = await fetch(this.address, { headers: { range: `bytes=${offset}-${offset + length - 1}` }, credentials: "same-origin", signal: signal ?? null });
    if (response.status !== 206) {
      await response.body?.cancel();
      throw new Error(`tiles: ${response.status}`);
    }
    return { data: await response.arrayBuffer() };
  }
}

/** The archive, when it can be read, drawn, and covers some of `box`; else null. */
export async function openTiles(address: string, box: Box): Promise<Tiles | null> {
  try {
    const archive = new PMTiles(new Pieces(address));
    const header = await archive.getHeader();
    const isVector = header.tileType === TileType.Mvt;
    if (!meets(header, box) || (!isVector && !isPicture(header))) return null;
    const metadata = (await archive.getMetadata()) as { attribution?: unknown } | null;
    protocol.add(archive);
    const where = { tiles: [`pmtiles://${KEY}/{z}/{x}/{y}`], minzoom: header.minZoom, maxzoom: header.maxZoom, bounds: boundsOf(header) };
    const credit = plain(metadata?.attribution);
    return isVector ? { base: "vector", source: { type: "vector", ...where }, credit } : { base: "raster", source: { type: "raster", tileSize: 256, ...where }, credit };
  } catch {
    return null;
  }
}

function isPicture(header: Header): boolean {
  return [TileType.Png, TileType.Jpeg, TileType.Webp, TileType.Avif].includes(header.tileType);
}

function boundsOf({ minLon, minLat, maxLon, maxLat }: Header): [number, number, number, number] {
  return [minLon, minLat, maxLon, maxLat];
}

function meets(header: Header, box: Box): boolean {
  return header.minLon < box.east && header.maxLon > box.west && header.minLat < box.north && header.maxLat > box.south;
}

/** An attribution is HTML by custom: its words alone, or null without any. */
function plain(attribution: unknown): string | null {
  if (typeof attribution !== "string") return null;
  const text = attribution.replace(/<[^>]*>/g, " ").replace(/&(\w+);/g, (whole, name: string) => SIGNS[name] ?? whole);
  return text.replace(/\s+/g, " ").trim().slice(0, LONGEST_CREDIT) || null;
}
