interface Event {
  readonly at: number
  /** Orders events of the same moment by when they were added. */
  readonly number: number
  readonly run: (now: number) => void
}

const before = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.number < b.number)

/** What will happen on a virtual clock, in a binary heap. */
export class EventQueue {
  readonly #heap: Event[] = []
  #added = 0
  #now = 0

  /** The moment that was last reached. */
  get now(): number {
    return this.#now
  }

  add(at: number, run: (now: number) => void): void {
    const heap = this.#heap
    const event = { at, number: this.#added++, run }
    let place = heap.length
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!before(event, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = event
  }

  /** Runs what is due until `time`, that moment included, and what it adds; all of it by default. */
  runUntil(time = Number.POSITIVE_INFINITY): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= time) {
      const { at, run } = this.#take()
      this.#now = at
      run(at)
    }
    if (Number.isFinite(time)) this.#now = Math.max(this.#now, time)
  }

  #take(): Event {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    let place = 0
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, last)) break
      heap[place] = heap[child]!
      place = child
    }
    if (heap.length > 0) heap[place] = last
    return first
  }
}
