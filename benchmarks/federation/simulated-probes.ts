import type { ProbeCell, ProbeResult, PublicEndpoint } from '../../src/federation/protocol/types.ts'
import type { ReportKind } from '../../src/federation/protocol/words.ts'
import { evidenceOf, type ProbeEvidence } from '../../src/hub/probes/evidence.ts'
import { type ProbedCell, probeCells } from '../../src/hub/probes/probe-cells.ts'
import { addResult, emptyProbeSums } from '../../src/hub/probes/probe-sums.ts'
import { WORLD_START } from '../../src/replay/world/start.ts'
import { Chance } from '../worlds/chance.ts'
import type { SimulatedEndpoint } from '../worlds/simulated-endpoint.ts'

export interface Probing {
  readonly endpoints: readonly SimulatedEndpoint[]
  readonly everyMs: number
}

/** The hub stands in one region, whichever its members are in. */
const REGION = 'us-east'
const CONTINENT = 'NA'
/** As a prober asks: short answers, to short prompts and every third time to a longer one. */
const TOKENS_OUT = 60
const CLASSES = ['chat.lt1k.plain', 'chat.lt1k.plain', 'chat.lt8k.plain'] as const
/** After a failure a prober asks again soon, and then as often as this until it is answered. */
const AGAIN_MS = 15_000
const FAILING_MS = 120_000

interface Probed {
  readonly endpoint: SimulatedEndpoint
  readonly name: PublicEndpoint
  readonly cells: Map<string, ProbedCell>
  count: number
  failures: number
  asked: number
  next: number
}

/** A hub that measures every endpoint of a world itself, from one region: what it makes of it is the real code. */
export class SimulatedProbes {
  readonly #everyMs: number
  readonly #probed: readonly Probed[]
  readonly #chance = new Chance('probes')

  constructor({ endpoints, everyMs }: Probing, nameOf: (id: string) => PublicEndpoint) {
    this.#everyMs = everyMs
    this.#probed = endpoints.map((endpoint) => ({
      endpoint,
      name: nameOf(endpoint.id),
      cells: new Map(),
      count: 0,
      failures: 0,
      asked: 0,
      next: WORLD_START,
    }))
  }

  /** Measures what is due until `now`, Unix milliseconds. */
  advance(now: number): void {
    for (const probed of this.#probed) while (probed.next <= now) this.#ask(probed)
  }

  /** What members complain of is asked at once, unless it was just now. */
  hurry({ provider, model, region }: PublicEndpoint, now: number): void {
    for (const probed of this.#probed) {
      const { name, asked } = probed
      if (name.provider === provider && name.model === model && name.region === region && now - asked >= FAILING_MS)
        probed.next = Math.min(probed.next, now)
    }
  }

  /** As the hub publishes them. */
  cells(now: number): ProbeCell[] {
    return probeCells(
      // What is published fades with the time of asking: copies.
      this.#probed.flatMap(({ cells }) => [...cells.values()].map((cell) => structuredClone(cell))),
      now / 1000,
    )
  }

  /** What it says of endpoints for incidents. */
  evidence(): readonly (readonly [PublicEndpoint, ProbeEvidence])[] {
    return this.#probed.flatMap(({ name, failures, asked }) => {
      const evidence = asked > 0 && evidenceOf([{ failures, time: asked / 1000 }])
      return evidence ? [[name, evidence] as const] : []
    })
  }

  #ask(probed: Probed): void {
    const { endpoint, name, cells, next: at } = probed
    const reply = endpoint.reply(this.#chance, REGION, (at - WORLD_START) / 1000, TOKENS_OUT)
    const workload = CLASSES[probed.count++ % CLASSES.length]!
    const kind = reply.kind as ReportKind
    const result: ProbeResult = {
      ...name,
      class: workload,
      time: at / 1000,
      stream: true,
      kind,
      ...(kind === 'ok' && reply.ttft_s !== null && { ttft: 1000 * reply.ttft_s }),
      ...(kind === 'ok' && reply.tokens_per_s !== null && { speed: reply.tokens_per_s }),
    }
    const cell = cells.get(workload) ?? {
      ...name,
      class: workload,
      continent: CONTINENT,
      sums: emptyProbeSums(result.time),
    }
    cells.set(workload, cell)
    addResult(cell.sums, result)
    if (kind !== 'provider_rate_limited') probed.failures = kind === 'ok' ? 0 : probed.failures + 1
    probed.asked = at
    probed.next = at + (probed.failures === 0 ? this.#everyMs : probed.failures === 1 ? AGAIN_MS : FAILING_MS)
  }
}
