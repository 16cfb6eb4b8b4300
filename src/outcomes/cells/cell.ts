import type { Sample } from '../sample.ts'
import { Rings } from '../windows/rings.ts'
import { Believed } from './believed.ts'
import { Memory } from './memory.ts'

/**
 * Where the outcomes of one (endpoint, class) are counted, or of one endpoint over all classes: windows and long
 * memory.
 */
export class Cell {
  readonly rings = new Rings()
  readonly memory = new Memory()
  readonly believed = new Believed()
  /** The latest answer was left out for being slower than can be believed of a single one. */
  leftOut = false
  /** Sequence number of the last use, for eviction. */
  used = 0

  /** True when the sample ends an outage. */
  learn(at: number, sample: Sample): boolean {
    this.rings.add(at, sample)
    return this.memory.learn(at, sample)
  }
}
