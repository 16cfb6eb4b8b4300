import type { Sample } from '../sample.ts'
import type { Window } from '../types.ts'
import { Ring } from './ring.ts'
import { Slot, type Totals } from './slot.ts'

/** Widths of the slots and how far back each ring reaches, in milliseconds. */
const WIDTHS = [5_000, 60_000, 300_000, 3_600_000] as const
const WINDOWS: readonly Window[] = [30, 300, 1800, 86_400]

/**
 * Four rings of slots, of 5 s, 1 min, 5 min and 1 h, one for each window. A sample goes into the open slot of the
 * finest ring only; when that slot's time is over it is closed, kept there as text, and merged into the open slot of
 * the next ring, and so on up. So what a ring has not seen yet is in the open slots of the finer ones, and a window is
 * its ring's closed slots plus those open ones.
 */
export class Rings {
  readonly #rings = WIDTHS.map((width, i) => new Ring(width, WINDOWS[i]! * 1000))

  add(at: number, sample: Sample): void {
    const finest = this.#rings[0]!
    const epoch = finest.epochOf(at)
    if (finest.open?.epoch === epoch) {
      finest.open.add(sample)
      return
    }
    const slot = new Slot(epoch)
    slot.add(sample)
    this.#put(0, epoch * WIDTHS[0], slot)
  }

  /**
   * Adds what happened in the last `seconds` to `totals`. Slots are counted whole, so the window reaches up to one slot
   * (a sixth, a fifth, a sixth, a 24th of it) further back.
   */
  collect(seconds: Window, now: number, totals: Totals): void {
    const cutoff = now - seconds * 1000
    const last = WINDOWS.indexOf(seconds)
    for (const ring of this.#rings.slice(0, last + 1)) {
      if (ring.open && (ring.open.epoch + 1) * ring.width > cutoff) ring.open.addTo(totals)
    }
    this.#rings[last]!.collectClosed(cutoff, totals)
  }

  /** Closes what is over and forgets what no window reaches any more; true when nothing is left. */
  sweep(now: number): boolean {
    let empty = true
    for (const [i, ring] of this.#rings.entries()) {
      if (ring.open && ring.open.epoch < ring.epochOf(now)) this.#close(i)
      ring.expire(now)
      empty &&= ring.empty
    }
    return empty
  }

  /** One text per ring, see `Ring.encode`. */
  encode(): string[] {
    return this.#rings.map((ring) => ring.encode())
  }

  /** Takes what `encode` gave at `now` or before; what it cannot read is left out. */
  decode(texts: readonly unknown[], now: number): void {
    for (const [i, ring] of this.#rings.entries()) {
      const text = texts[i]
      if (typeof text === 'string') ring.decode(text, now)
    }
  }

  #put(i: number, start: number, slot: Slot): void {
    const ring = this.#rings[i]
    if (!ring) return
    const epoch = ring.epochOf(start)
    if (ring.open && epoch > ring.open.epoch) this.#close(i)
    if (!ring.open) {
      ring.open = new Slot(epoch)
      ring.expire(start)
    }
    if (epoch === ring.open.epoch) {
      ring.open.merge(slot)
      return
    }
    // It comes late: the slot has been closed here, and may have been further up.
    if (start + ring.width > ring.open.epoch * ring.width - ring.span) ring.amend(epoch, slot)
    this.#put(i + 1, start, slot)
  }

  #close(i: number): void {
    const ring = this.#rings[i]!
    const { open } = ring
    if (!open) return
    ring.close()
    this.#put(i + 1, open.epoch * ring.width, open)
  }
}
