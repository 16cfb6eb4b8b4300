import { parentOf } from './pointer.ts'
import type { Place } from './types.ts'

interface Spot {
  readonly key?: Place
  readonly value: Place
  readonly collection: boolean
  readonly fromEnv: boolean
  /** What environment variables put into it. */
  readonly values?: readonly string[]
}

/** Where each value of the file stands, by JSON pointer. What defaults added has the place of what it was added to. */
export class Places {
  readonly #file: Place
  readonly #spots = new Map<string, Spot>()

  constructor(file: string | undefined) {
    this.#file = file === undefined ? {} : { file }
  }

  set(pointer: string, spot: Spot): void {
    this.#spots.set(pointer, spot)
  }

  /** Lines of a text that is no file would tell nobody anything. */
  at(line: number, column: number): Place {
    return this.#file.file === undefined ? {} : { ...this.#file, line, column }
  }

  /** The value itself, or its key when it is a mapping or list that begins on a later line. */
  of(pointer: string): Place {
    const spot = this.#nearest(pointer)
    return spot === undefined ? this.#file : spot.collection ? (spot.key ?? spot.value) : spot.value
  }

  ofKey(pointer: string): Place {
    const spot = this.#nearest(pointer)
    return spot?.key ?? spot?.value ?? this.#file
  }

  /** True for what is written in the file, false for what defaults added. */
  has(pointer: string): boolean {
    return this.#spots.has(pointer)
  }

  /** True when an environment variable went into the value. */
  fromEnv(pointer: string): boolean {
    return this.#spots.get(pointer)?.fromEnv ?? false
  }

  /** What environment variables put into each entry of a section: by the entry's pointer. */
  valuesFromEnv(section: string): ReadonlyMap<string, readonly string[]> {
    const byEntry = new Map<string, string[]>()
    for (const [pointer, { values = [] }] of this.#spots) {
      if (values.length === 0 || !pointer.startsWith(`${section}/`)) continue
      const end = pointer.indexOf('/', section.length + 1)
      const entry = end < 0 ? pointer : pointer.slice(0, end)
      byEntry.set(entry, [...(byEntry.get(entry) ?? []), ...values])
    }
    return byEntry
  }

  #nearest(pointer: string): Spot | undefined {
    for (let at = pointer; ; at = parentOf(at)) {
      const spot = this.#spots.get(at)
      if (spot !== undefined || at === '') return spot
    }
  }
}
