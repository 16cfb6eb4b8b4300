import { ENOUGH, type Prior } from '../beliefs/beliefs.ts'
import type { CellPrior } from '../beliefs/prior.ts'
import type { Beliefs } from '../types.ts'
import type { Memory } from './memory.ts'

/** In so many milliseconds success fades by 0.6 %, and times and speeds by less than a thousandth of a percent. */
const HOLDS_MS = 5000

interface Asked {
  readonly stream?: boolean
  readonly listed?: boolean
  readonly ttftPrior?: Prior
  readonly speedPrior?: Prior
  readonly successPrior?: object
}

/** What was believed of a cell last, and of what it was made. */
export class Believed {
  #beliefs: Required<Beliefs> | undefined
  /** `EndpointCells.learned` at that moment. */
  #learned = 0
  /** Steady milliseconds. */
  #time = 0.5
  #prior: CellPrior | undefined
  #stream: boolean | undefined
  #listed: boolean | undefined

  /** Undefined where it is to be formed anew. */
  read(learned: number, time: number, prior: CellPrior | undefined, asked: Asked): Required<Beliefs> | undefined {
    const holds =
      this.#learned === learned &&
      time >= this.#time &&
      time - this.#time < HOLDS_MS &&
      this.#prior === prior &&
      this.#stream === asked.stream &&
      this.#listed === asked.listed &&
      !hasPriors(asked)
    return holds ? this.#beliefs : undefined
  }

  keep(
    beliefs: Required<Beliefs>,
    learned: number,
    time: number,
    prior: CellPrior | undefined,
    { stream, listed }: Asked,
  ): void {
    this.#beliefs = beliefs
    this.#learned = learned
    this.#time = time
    this.#prior = prior
    this.#stream = stream
    this.#listed = listed
  }
}

/**
 * Whether it may be given again: nothing of it fades fast, and nobody else has a say in it. `all`: of the endpoint.
 */
export const isSteady = (all: Memory, { stall, ttft, speed }: Required<Beliefs>, asked: Asked): boolean =>
  stall === 1 && all.run.length === 0 && isOwn(ttft) && isOwn(speed) && !hasPriors(asked)

const hasPriors = ({ ttftPrior, speedPrior, successPrior }: Asked) =>
  ttftPrior !== undefined || speedPrior !== undefined || successPrior !== undefined

const isOwn = ({ n, from }: Beliefs['ttft']) => n >= ENOUGH && from === 'cell'
