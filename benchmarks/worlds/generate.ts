/**
 * Writes a simulated world as `router replay --world` reads it.
 * Run: npx node -C source benchmarks/worlds/generate.ts --seed 1 --kind equal|prices|storm --out DIR [--hours 36]
 */
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { RouterError } from '../../src/base/errors.ts'
import { KINDS, type Kind } from './profiles.ts'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: 'equal' },
    hours: { type: 'string', default: '36' },
    out: { type: 'string' },
  },
})
const seed = Number(values.seed)
const hours = Number(values.hours)
const { kind, out } = values
if (!Number.isInteger(seed) || !(hours > 0) || !Object.hasOwn(KINDS, kind) || out === undefined) {
  throw new RouterError('ROUTER_USAGE', {
    reason: `Give --seed NUMBER --kind ${Object.keys(KINDS).join('|')} --out DIR, and --hours if not 36.`,
  })
}

const { world, arrivals } = simulate(seed, kind as Kind, hours)
await mkdir(out, { recursive: true })
await writeFile(join(out, 'world.json'), `${JSON.stringify(world, null, 2)}\n`)
for (const [site, make] of arrivals) {
  const lines = make().map((arrival) => `${JSON.stringify(arrival)}\n`)
  await pipeline(Readable.from(lines), createWriteStream(join(out, `site-${site}.ndjson`)))
}
console.log(`Wrote a world of ${hours} hours with ${arrivals.size} sites to ${out}`)
