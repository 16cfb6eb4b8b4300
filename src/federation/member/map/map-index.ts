import { epochStart } from '../../protocol/epoch.ts'
import type { Figure, HubMap, MapCell, PublicEndpoint } from '../../protocol/types.ts'

/** A figure of the map and how many steps up the tree it was found. */
export interface Found<T> {
  readonly value: T
  /** 0: this continent, region and class; 1: the class anywhere; 2: the model; 3: the provider. */
  readonly steps: number
  readonly members: number
  /** Unix milliseconds of the end of the epoch in which it last changed. */
  readonly asOf: number
}

type FigureName = 'ttft' | 'total' | 'speed'

const PROVIDER_LEVEL = 3

/** A map by what its cells are about. */
export class MapIndex {
  readonly #cells = new Map<string, MapCell>()
  readonly #epoch: number
  readonly #epochSeconds: number

  constructor({ cells, epoch, epoch_seconds }: HubMap) {
    this.#epoch = epoch
    this.#epochSeconds = epoch_seconds
    for (const cell of cells) this.#cells.set(keyOf(cell), cell)
  }

  /**
   * The cells about an endpoint in a class, nearest first. Each holds what it has, so every figure is looked for on its
   * own.
   */
  levels(
    { provider, model, region }: PublicEndpoint,
    continent: string,
    workloadClass: string,
  ): readonly (MapCell | undefined)[] {
    return [
      this.#cells.get(keyOf({ provider, model, region, continent, class: workloadClass })),
      this.#cells.get(keyOf({ provider, model, class: workloadClass })),
      this.#cells.get(keyOf({ provider, model })),
      this.#cells.get(keyOf({ provider })),
    ]
  }

  /** Not from the provider's level: its models differ more from each other than one model does between providers. */
  figure(levels: readonly (MapCell | undefined)[], name: FigureName): Found<Figure> | undefined {
    return this.#first(levels.slice(0, PROVIDER_LEVEL), (cell) => cell[name])
  }

  success(levels: readonly (MapCell | undefined)[]): Found<NonNullable<MapCell['success']>> | undefined {
    return this.#first(levels, (cell) =>
      cell.success && cell.success.a + cell.success.b > 0 ? cell.success : undefined,
    )
  }

  #first<T>(levels: readonly (MapCell | undefined)[], pick: (cell: MapCell) => T | undefined): Found<T> | undefined {
    for (const [steps, cell] of levels.entries()) {
      const value = cell && pick(cell)
      if (value === undefined) continue
      return {
        value,
        steps,
        members: cell!.members,
        asOf: epochStart(Math.min(cell!.as_of, this.#epoch) + 1, this.#epochSeconds),
      }
    }
    return undefined
  }
}

type About = { readonly [Name in 'provider' | 'model' | 'region' | 'continent' | 'class']?: string }

const keyOf = ({ provider = '', model = '', region = '', continent = '', class: workloadClass = '' }: About) =>
  `${provider}\n${model}\n${region}\n${continent}\n${workloadClass}`
