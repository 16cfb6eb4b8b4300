import { BUCKETS } from '../../base/grid.ts'
import { type Contribution, emptyContribution, type Leaf, leafKey } from './contribution.ts'
import { FACET_COUNT, type Sums } from './sums.ts'

/**
 * `contributions.state`: all that a member contributed to one provider. A JSON line with the leaves, padded to a
 * multiple of four, then little-endian floats of 32 bits: for each Sums n, a, b, and where it has a grid the first
 * filled bucket, how many follow, and their counts. A leaf's `mask` tells which there are: two bits for each facet of
 * base, then of pending (1: moments, 2: with a grid).
 */
const VERSION = 3
/** Facets that there were in versions 1 and 2. */
const EARLIER_FACETS = [6, 7]
type Row = readonly [model: string, region: string, continent: string, workload: string, last: number, mask: number]

export function encodeContributions(contributions: readonly Contribution[]): Buffer {
  const floats: number[] = []
  const rows = contributions.map(({ leaf, last, base, pending }): Row => {
    let mask = 0
    let place = 1
    for (const sums of [...base, ...pending]) {
      if (sums) {
        mask += place * (sums.grid ? 3 : 1)
        put(sums, floats)
      }
      place *= 4
    }
    return [leaf.model, leaf.region, leaf.continent, leaf.class, last, mask]
  })
  const head = Buffer.from(JSON.stringify({ version: VERSION, rows }))
  const padded = Math.ceil((head.length + 1) / 4) * 4
  const bytes = Buffer.alloc(padded + 4 * floats.length, 0x20)
  head.copy(bytes)
  bytes[padded - 1] = 0x0a
  // Little-endian here, as on every machine that Node runs on.
  Buffer.from(Float32Array.from(floats).buffer).copy(bytes, padded)
  return bytes
}

/** Leaves by their place, so that the same one is one object, whoever reports it. */
export type LeafPool = Map<string, Leaf>

/** @param pool shared by decodings whose results are held together */
export function decodeContributions(bytes: Uint8Array, pool: LeafPool = new Map()): Contribution[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.indexOf(0x0a)
  const { version, rows } = JSON.parse(buffer.toString('utf8', 0, end)) as { version: number; rows: readonly Row[] }
  const facets = EARLIER_FACETS[version - 1] ?? FACET_COUNT
  const reader = { buffer, at: end + 1 }
  return rows.map(([model, region, continent, workload, last, mask]) => {
    const contribution = emptyContribution(pooled({ model, region, continent, class: workload }, pool))
    contribution.last = last
    let rest = mask
    for (const part of [contribution.base, contribution.pending]) {
      for (let facet = 0; facet < facets; facet++) {
        const bits = rest % 4
        rest = (rest - bits) / 4
        if (bits > 0) part[facet] = take(reader, bits === 3)
      }
    }
    return contribution
  })
}

function pooled(leaf: Leaf, pool: LeafPool): Leaf {
  const key = leafKey(leaf)
  const known = pool.get(key)
  if (!known) pool.set(key, leaf)
  return known ?? leaf
}

function put({ n, a, b, grid }: Sums, floats: number[]): void {
  floats.push(n, a, b)
  if (!grid) return
  let first = 0
  while (first < BUCKETS - 1 && grid[first] === 0) first++
  let last = BUCKETS - 1
  while (last > first && grid[last] === 0) last--
  floats.push(first, last - first + 1)
  for (let bucket = first; bucket <= last; bucket++) floats.push(grid[bucket]!)
}

interface Reader {
  readonly buffer: Buffer
  at: number
}

function take(reader: Reader, hasGrid: boolean): Sums {
  const sums: Sums = { n: float(reader), a: float(reader), b: float(reader), grid: undefined }
  if (!hasGrid) return sums
  const first = float(reader)
  const count = float(reader)
  sums.grid = new Float64Array(BUCKETS)
  for (let index = 0; index < count; index++) sums.grid[first + index] = float(reader)
  return sums
}

function float(reader: Reader): number {
  const value = reader.buffer.readFloatLE(reader.at)
  reader.at += 4
  return value
}
