import { mkdirSync, renameSync, statSync } from 'node:fs'
import { appendFile, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BoundedMap } from '../base/bounded-map.ts'
import { reasonOf } from '../base/errors.ts'
import type { Owner, Owners } from '../server/relay/owners.ts'
import type { Log } from './log.ts'

/** Of one of the two files; the older one goes when this one is full. */
const MAX_BYTES = 4 * 1024 * 1024
/** Both files hold fewer. */
const MAX_OWNERS = 100_000

/** What has been read of a file. */
interface Seen {
  readonly inode: number
  readonly bytes: number
}

/**
 * Whose files and batches are at which provider, in a file of lines that all processes of a router append to and read
 * on in. Two generations of it: bounded, and no line is lost while it is turned over.
 */
export class ResourceOwners implements Owners {
  readonly #path: string
  readonly #log: Pick<Log, 'warn'>
  readonly #known = new BoundedMap<string, Owner>(MAX_OWNERS)
  readonly #seen = new Map<string, Seen>()
  #turn: Promise<void> = Promise.resolve()
  #failed = false

  /** Reads nothing before it is asked. */
  constructor(path: string, log: Pick<Log, 'warn'>) {
    this.#path = path
    this.#log = log
  }

  async find(id: string): Promise<Owner | undefined> {
    const known = this.#known.get(id)
    if (known) return known
    // Another process, or an earlier one, may know.
    await this.#next(() => this.#catchUp())
    return this.#known.get(id)
  }

  /** What cannot be written is remembered until the end of the process. */
  async add(owners: readonly Owner[]): Promise<void> {
    for (const owner of owners) this.#known.set(owner.id, owner)
    await this.#next(() => this.#append(owners))
  }

  /** One after the other. */
  #next(action: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(action).catch((error: unknown) => {
      if (!this.#failed)
        this.#log.warn({ path: this.#path, reason: reasonOf(error) }, 'Whose files are where could not be kept or read')
      this.#failed = true
    })
    this.#turn = turn
    return turn
  }

  async #append(owners: readonly Owner[]): Promise<void> {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    if (size > MAX_BYTES) renameSync(this.#path, older(this.#path))
    const lines = owners.map((owner) => `${JSON.stringify(owner)}\n`).join('')
    await appendFile(this.#path, lines, { mode: 0o600, flush: true })
    this.#failed = false
  }

  async #catchUp(): Promise<void> {
    for (const path of [older(this.#path), this.#path]) await this.#read(path)
  }

  async #read(path: string): Promise<void> {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    const seen = this.#seen.get(path)
    const from = seen?.inode === stat.ino ? seen.bytes : 0
    if (stat.size <= from) return
    const file = await open(path, 'r')
    try {
      const bytes = Buffer.alloc(Math.min(stat.size - from, 2 * MAX_BYTES))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
      // What another process is writing at this moment is read when it is whole.
      const end = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
      for (const line of bytes.toString('utf8', 0, end).split('\n')) this.#take(line)
      this.#seen.set(path, { inode: stat.ino, bytes: from + end })
    } finally {
      await file.close()
    }
  }

  #take(line: string): void {
    try {
      const { id, provider, client } = JSON.parse(line) as Owner
      if ([id, provider, client].every((text) => typeof text === 'string'))
        this.#known.set(id, { id, provider, client })
    } catch {
      // The end of the file after a crash, or of the line before it.
    }
  }
}

const older = (path: string) => `${path}.1`
