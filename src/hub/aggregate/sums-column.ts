import type { Sums } from './sums.ts'

/** One facet of many contributions, by place. `n` is 0 where there is none. */
export class SumsColumn {
  n: Float64Array
  a: Float64Array
  b: Float64Array
  /** Most members send none. */
  grids: (Float64Array | undefined)[] | undefined

  constructor(places: number) {
    this.n = new Float64Array(places)
    this.a = new Float64Array(places)
    this.b = new Float64Array(places)
  }

  grow(places: number): void {
    this.n = grown(this.n, places)
    this.a = grown(this.a, places)
    this.b = grown(this.b, places)
  }

  /** Takes `sums` over, its grid as it is. */
  put(at: number, { n, a, b, grid }: Sums): void {
    this.n[at] = n
    this.a[at] = a
    this.b[at] = b
    if (grid || this.grids) this.#gridsOf()[at] = grid
  }

  /** Whether there is one. */
  has(at: number): boolean {
    return this.n[at]! > 0
  }

  /** Into `sums`, so that a walk over all of them allocates nothing. */
  read(at: number, sums: Sums): void {
    sums.n = this.n[at]!
    sums.a = this.a[at]!
    sums.b = this.b[at]!
    sums.grid = this.grids?.[at]
  }

  at(place: number): Sums {
    return { n: this.n[place]!, a: this.a[place]!, b: this.b[place]!, grid: this.grids?.[place] }
  }

  count(): number {
    let count = 0
    for (const n of this.n) if (n > 0) count++
    return count
  }

  #gridsOf(): (Float64Array | undefined)[] {
    this.grids ??= []
    return this.grids
  }
}

function grown(values: Float64Array, places: number): Float64Array {
  const more = new Float64Array(places)
  more.set(values)
  return more
}
