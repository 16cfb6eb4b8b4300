import { SPEED_ROOT, TTFT_ROOT } from '../../../outcomes/beliefs/beliefs.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import type { HubMap, Moments, ProbeCell, PublicEndpoint } from '../../protocol/types.ts'
import { minorOf } from '../../protocol/version.ts'
import type { PublicCell, PublicValues } from '../report/public-values.ts'
import { MapIndex } from './map-index.ts'

const QUANTITIES = ['ttft', 'total', 'speed'] as const
/**
 * Tokens of a usual answer: where only times and speeds of streams are published, a whole answer takes about so long.
 */
const USUAL_TOKENS = 200

/**
 * What a map says of a cell, to clip observations around: members' figures of the nearest cell (as in `MapPrior`), else
 * what the hub's own probes of the endpoint say, of the same class if they can. Of chat that nobody has measured yet it
 * is what every router guesses: where that is far off, what is published of it moves towards the truth by as much as is
 * clipped at most, with each map.
 */
export class MapValues implements PublicValues {
  readonly minor: number
  readonly classes: readonly string[]
  readonly #index: MapIndex | undefined
  readonly #probes: ReadonlyMap<string, readonly ProbeCell[]>
  readonly #continent: string

  /** Without a map nobody has measured anything, and the hub's minor is not known. */
  constructor(map: HubMap | undefined, continent: string) {
    const { cells = [], probes = [] } = map ?? {}
    this.minor = map ? minorOf(map) : 0
    this.#index = map && new MapIndex(map)
    this.#probes = Map.groupBy(probes, endpointKey)
    this.#continent = continent
    const named = [...cells, ...probes].flatMap(({ class: workloadClass }) => workloadClass ?? [])
    this.classes = [...new Set([...CHAT_CLASSES, ...named])].sort()
  }

  find(endpoint: PublicEndpoint, workloadClass: string): PublicCell | undefined {
    const levels = this.#index?.levels(endpoint, this.#continent, workloadClass) ?? []
    const probes = this.#probes.get(endpointKey(endpoint)) ?? []
    const [ttft, total, speed] = QUANTITIES.map(
      (name) => this.#index?.figure(levels, name)?.value.mean ?? probed(probes, workloadClass, name),
    )
    const whole = total ?? (ttft === undefined || speed === undefined ? undefined : wholeOf(ttft, speed))
    if (ttft === undefined && whole === undefined && speed === undefined)
      return workloadClass.startsWith('chat.') ? GUESS : undefined
    return {
      ...(ttft !== undefined && { ttft }),
      ...(whole !== undefined && { total: whole }),
      ...(speed !== undefined && { speed }),
    }
  }
}

/** Of the class when it is probed, else of all classes that are. */
function probed(cells: readonly ProbeCell[], workloadClass: string, name: (typeof QUANTITIES)[number]) {
  const known = cells.flatMap((cell): (Moments & { readonly own: boolean })[] => {
    const moments = cell[name]
    return moments ? [{ ...moments, own: cell.class === workloadClass }] : []
  })
  const own = known.filter((cell) => cell.own)
  const all = own.length > 0 ? own : known
  const n = all.reduce((sum, cell) => sum + cell.n, 0)
  return n > 0 ? all.reduce((sum, cell) => sum + cell.n * cell.mean, 0) / n : undefined
}

/** Log milliseconds of a usual answer. */
function wholeOf(logTtft: number, logSpeed: number): number {
  return Math.log(Math.exp(logTtft) + (1_000 * USUAL_TOKENS) / Math.exp(logSpeed))
}

const GUESS: PublicCell = {
  ttft: TTFT_ROOT.mean,
  total: wholeOf(TTFT_ROOT.mean, SPEED_ROOT.mean),
  speed: SPEED_ROOT.mean,
}
const CHAT_CLASSES = ['lt1k', 'lt8k', 'lt64k', 'more'].flatMap((size) =>
  ['plain', 'structured'].map((shape) => `chat.${size}.${shape}`),
)
