import { ENOUGH, type Prior } from '../beliefs/beliefs.ts'
import type { CellPrior } from '../beliefs/prior.ts'
import type { Beliefs } from '../types.ts'
import type { Memory } from './memory.ts'

/** In so many milliseconds success fades by 0.6 %, and times and speeds by less than a thousandth of a percent. */
const HOLDS_MS = 5000

/** What was believed of a cell. */
export interface Believed {
  readonly beliefs: Required<Beliefs>
  /** `EndpointCells.learned` at that moment. */
  readonly learned: number
  /** Steady milliseconds. */
  readonly time: number
  readonly prior: CellPrior | undefined
  readonly stream: boolean | undefined
  readonly listed: boolean | undefined
}

interface Asked {
  readonly stream?: boolean
  readonly listed?: boolean
  readonly ttftPrior?: Prior
  readonly speedPrior?: Prior
  readonly successPrior?: object
}

/**
 * Whether it may be given again: nothing of it fades fast, and nobody else has a say in it. `all`: of the endpoint.
 */
export const isSteady = (all: Memory, { stall, ttft, speed }: Required<Beliefs>, asked: Asked): boolean =>
  stall === 1 && all.run.length === 0 && isOwn(ttft) && isOwn(speed) && !hasPriors(asked)

const hasPriors = ({ ttftPrior, speedPrior, successPrior }: Asked) =>
  ttftPrior !== undefined || speedPrior !== undefined || successPrior !== undefined

const isOwn = ({ n, from }: Beliefs['ttft']) => n >= ENOUGH && from === 'cell'

export const stillHolds = (
  before: Believed,
  learned: number,
  time: number,
  prior: CellPrior | undefined,
  asked: Asked,
): boolean =>
  before.learned === learned &&
  time >= before.time &&
  time - before.time < HOLDS_MS &&
  before.prior === prior &&
  before.stream === asked.stream &&
  before.listed === asked.listed &&
  !hasPriors(asked)
