/** Signed reports of many members, as a hub gets them. */
import { gzipSync } from 'node:zlib'
import { seeded } from '../../src/base/random.ts'
import { generateSigningKey, type SigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { Moments, Report, ReportCell } from '../../src/federation/protocol/types.ts'

const PROVIDERS = ['openai', 'anthropic', 'groq', 'together', 'fireworks', 'bedrock', 'vertex', 'azure']
const CLASSES = [
  'chat.lt1k.plain',
  'chat.lt8k.plain',
  'chat.lt64k.plain',
  'chat.lt1k.structured',
  'embedding.lt1k.plain',
]

export interface MadeReports {
  readonly members: readonly SigningKey[]
  /** gzip. */
  readonly bodies: readonly Buffer[]
  /** Mean, bytes. */
  readonly plainBytes: number
}

/** One report of every member for each of the `epochs` before `nextEpoch`. */
export function makeReports(members: number, epochs: number, cells: number, nextEpoch: number): MadeReports {
  const random = seeded(7)
  const keys = Array.from({ length: members }, generateSigningKey)
  let plainBytes = 0
  const bodies: Buffer[] = []
  for (let epoch = nextEpoch - epochs; epoch < nextEpoch; epoch++) {
    for (const key of keys) {
      const bytes = seal(reportOf(epoch, cells, random), key)
      plainBytes += bytes.length
      bodies.push(gzipSync(bytes))
    }
  }
  return { members: keys, bodies, plainBytes: plainBytes / bodies.length }
}

function reportOf(epoch: number, cells: number, random: () => number): Report {
  const list = Array.from({ length: cells }, (_, index) => cellOf(index, random))
  return { type: 'report', v: '1.0', epoch, continent: 'EU', noise: true, cells: list }
}

/** Values as a member's noise leaves them, with all their digits: they compress badly. */
function cellOf(index: number, random: () => number): ReportCell {
  const [provider, model] = [PROVIDERS[index % 8]!, `model-${Math.floor(index / 40)}-${index % 8}`]
  const n = 5 * Math.ceil(random() * 40)
  const moments = (min: number, width: number): Moments => ({
    n,
    mean: round(min + width * random()),
    var: round(2 * random()),
  })
  return {
    provider,
    model,
    region: 'eu-west-1',
    class: CLASSES[Math.floor(index / 8) % 5]!,
    n,
    kinds: { ok: n - 5, provider_error: Math.floor(3 * random()), provider_rate_limited: Math.floor(3 * random()) },
    ttft: moments(5, 3),
    total: moments(6, 4),
    speed: moments(2, 3),
    cache_hit: Math.floor(100 * random()) / 100,
    price: Math.floor(100 * random()) / 10,
  }
}

const round = (value: number) => Math.round(value * 1e4) / 1e4
