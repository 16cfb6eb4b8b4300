import { Slot, type Totals } from './slot.ts'

/** Slots of one width: the open one, and closed ones as text, oldest first. */
export class Ring {
  readonly width: number
  /** Milliseconds of closed slots that are kept. */
  readonly span: number
  #epochs: number[] = []
  #closed: string[] = []
  open: Slot | undefined

  constructor(width: number, span: number) {
    this.width = width
    this.span = span
  }

  get empty(): boolean {
    return this.open === undefined && this.#closed.length === 0
  }

  epochOf(time: number): number {
    return Math.floor(time / this.width)
  }

  close(): void {
    if (this.open) this.amend(this.open.epoch, this.open)
    this.open = undefined
  }

  /** Adds to the closed slot `epoch`. */
  amend(epoch: number, slot: Slot): void {
    let i = this.#epochs.length
    while (i > 0 && this.#epochs[i - 1]! > epoch) i--
    const same = this.#epochs[i - 1] === epoch ? Slot.decode(epoch, this.#closed[i - 1]!) : undefined
    if (same) {
      same.merge(slot)
      this.#closed[i - 1] = same.encode()
      return
    }
    this.#epochs.splice(i, 0, epoch)
    this.#closed.splice(i, 0, slot.encode())
  }

  /** Drops closed slots that no window ending at `now` or later reaches. */
  expire(now: number): void {
    const oldest = now - this.span
    let gone = 0
    while (gone < this.#epochs.length && (this.#epochs[gone]! + 1) * this.width <= oldest) gone++
    if (gone === 0) return
    this.#epochs.splice(0, gone)
    this.#closed.splice(0, gone)
  }

  collectClosed(cutoff: number, totals: Totals): void {
    for (let i = this.#epochs.length - 1; i >= 0 && (this.#epochs[i]! + 1) * this.width > cutoff; i--) {
      Slot.decode(this.#epochs[i]!, this.#closed[i]!)?.addTo(totals)
    }
  }

  /**
   * `<epoch>:<slot>` for each closed slot, oldest first, then the open one or nothing; separated by spaces. Empty when
   * there is nothing.
   */
  encode(): string {
    if (this.empty) return ''
    const slots = this.#epochs.map((epoch, i) => `${epoch}:${this.#closed[i]}`)
    slots.push(this.open ? `${this.open.epoch}:${this.open.encode()}` : '')
    return slots.join(' ')
  }

  /** Takes what `encode` gave; slots that it cannot read, or that lie after `now`, are left out. */
  decode(text: string, now: number): void {
    const parts = text.split(' ')
    const last = parts.length - 1
    for (const [i, part] of parts.entries()) {
      const colon = part.indexOf(':')
      const epoch = Number(part.slice(0, colon))
      if (colon < 1 || !Number.isSafeInteger(epoch) || epoch < 0 || epoch > this.epochOf(now)) continue
      const slot = Slot.decode(epoch, part.slice(colon + 1))
      if (!slot) continue
      if (i === last) this.open = slot
      else this.amend(epoch, slot)
    }
  }
}
