import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { StatsFlusher } from '../../../../src/outcomes/saving/flusher.ts'
import { writeInbox } from '../../../../src/outcomes/saving/inbox.ts'
import type { JsonObject, StatsStore } from '../../../../src/plugins/api.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { waitUntil } from '../../../helpers/wait-for.ts'
import { NOW, outcome } from '../helpers.ts'

class FakeStore implements StatsStore {
  readonly saved: JsonObject[] = []
  /** Resolves the save under way; undefined: saves are done at once. */
  release: ((error?: Error) => void) | undefined
  slow = false
  load = async () => undefined
  close = async () => undefined
  save(state: JsonObject): Promise<void> {
    this.saved.push(state)
    if (!this.slow) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.release = (error) => (error ? reject(error) : resolve())
    })
  }
}

let directory: string
let book: OutcomeBook
let store: FakeStore
let errors: unknown[]
let flusher: StatsFlusher

beforeEach(async () => {
  directory = await temporaryDirectory()
  book = new OutcomeBook()
  store = new FakeStore()
  errors = []
  flusher = new StatsFlusher({
    book,
    store,
    intervalMs: 3_600_000,
    inbox: directory,
    now: () => NOW,
    onError: (error) => void errors.push(error),
  })
})
afterEach(async () => {
  store.slow = false
  await flusher.close()
  await removeDirectory(directory)
})

describe('the flusher', () => {
  it('saves when there is something new, and only then', async () => {
    await flusher.flush()
    expect(store.saved).toHaveLength(0)
    book.record(outcome())
    await flusher.flush()
    await flusher.flush()
    expect(store.saved).toHaveLength(1)
    expect(new OutcomeBook().restore(store.saved[0]!)).toBe(0)
  })

  it('saves what was recorded before it was made, and not what was only restored', async () => {
    book.record(outcome())
    const late = new StatsFlusher({ book, store, intervalMs: 3_600_000, onError: (error) => void errors.push(error) })
    await late.close()
    expect(store.saved).toHaveLength(1)
    const restored = new OutcomeBook()
    restored.restore(store.saved[0]!)
    await new StatsFlusher({
      book: restored,
      store,
      intervalMs: 3_600_000,
      onError: (error) => void errors.push(error),
    }).close()
    expect(store.saved).toHaveLength(1)
  })

  it('does what requests should not wait for, also when there is nothing to save', async () => {
    const advance = vi.spyOn(book.quality, 'advance')
    await flusher.flush()
    expect(advance).toHaveBeenCalledExactlyOnceWith(NOW)
    expect(store.saved).toHaveLength(0)
  })

  it('saves at close', async () => {
    book.record(outcome())
    await flusher.close()
    expect(store.saved).toHaveLength(1)
  })

  it('never saves twice at a time, and does not lose what came meanwhile', async () => {
    store.slow = true
    book.record(outcome())
    const first = flusher.flush()
    const second = flusher.flush()
    await waitUntil(() => store.release)
    book.record(outcome())
    expect(store.saved).toHaveLength(1)
    store.slow = false
    store.release!()
    await Promise.all([first, second])
    await flusher.flush()
    expect(store.saved).toHaveLength(2)
  })

  it('reports a failed save and tries again', async () => {
    store.slow = true
    book.record(outcome())
    const flushing = flusher.flush()
    await waitUntil(() => store.release)
    const full = new TypeError('disk full')
    store.release!(full)
    await flushing
    expect(errors).toEqual([full])
    store.slow = false
    await flusher.flush()
    expect(store.saved).toHaveLength(2)
  })

  it('takes in what other processes handed over', async () => {
    await writeInbox(directory, [outcome({ at: NOW - 600_000 })], NOW)
    await flusher.flush()
    expect(store.saved).toHaveLength(1)
    expect(book.window('a/m', undefined, 1800, NOW).requests).toBe(1)
    expect(book.window('a/m', undefined, 30, NOW).requests).toBe(0)
  })

  it('saves in spite of an inbox that cannot be read', async () => {
    await writeFile(join(directory, 'inbox'), 'not a folder')
    book.record(outcome())
    await flusher.flush()
    expect(errors).toHaveLength(1)
    expect(store.saved).toHaveLength(1)
  })

  it('saves on its timer', async () => {
    const quick = new StatsFlusher({ book, store, intervalMs: 5, onError: (error) => void errors.push(error) })
    book.record(outcome())
    await waitUntil(() => store.saved.length === 1)
    await quick.close()
    expect(errors).toEqual([])
  })
})
