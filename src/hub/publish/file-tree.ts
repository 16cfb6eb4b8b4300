import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { reasonOf } from '../../base/errors.ts'
import { writeWhole } from '../../base/files/write-whole.ts'
import { type Modes, removePublic, writePublic } from './write-public.ts'

/** A file of the published tree. */
export interface PublicFile {
  /** Below the tree's folder, with `/`. */
  readonly path: string
  readonly body: () => Buffer
}

/** What a publishing came to, in files (a compressed one beside another is not counted). */
export interface TreeFacts {
  readonly files: number
  readonly written: number
  readonly removed: number
}

/** Which files are ours, and what is in them: [hash, size] by path. */
type Manifest = Readonly<Record<string, readonly [hash: string, size: number]>>

const MANIFEST = '.published.json'
/** A path that stays inside of the folder. */
const INSIDE = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\0][^\0]*$/

/**
 * A folder of published files, kept in line with a list of them: what is the same stays untouched, so that its time and
 * a server's tags do; what is no longer there is removed, of files that this wrote and of no others.
 */
export class FileTree {
  readonly #directory: string
  readonly #modes: Modes

  constructor(directory: string, modes: Modes) {
    this.#directory = directory
    this.#modes = modes
  }

  /** In the order of `files`. Rejects with the system's error: what was written so far stays, and nothing is removed. */
  async write(files: Iterable<PublicFile>): Promise<TreeFacts> {
    const before = this.#read()
    const now: Record<string, readonly [string, number]> = {}
    let written = 0
    for (const { path, body } of files) {
      // Requests come first.
      await setImmediate()
      if (!INSIDE.test(path) || Object.hasOwn(now, path)) continue
      const bytes = body()
      const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
      now[path] = [hash, bytes.length]
      if (before[path]?.[0] === hash && (await this.#has(path, bytes.length))) continue
      await writePublic(join(this.#directory, path), bytes, this.#modes)
      written += 1
    }
    const stale = Object.keys(before).filter((path) => !Object.hasOwn(now, path) && INSIDE.test(path))
    for (const path of stale) await this.#remove(path)
    if (written > 0 || stale.length > 0) await this.#keep(now)
    return { files: Object.keys(now).length, written, removed: stale.length }
  }

  #read(): Manifest {
    try {
      return JSON.parse(readFileSync(join(this.#directory, MANIFEST), 'utf8'))?.files ?? {}
    } catch (error) {
      // Without it, or with a broken one, everything is written anew.
      if (error instanceof SyntaxError || /ENOENT/.test(reasonOf(error))) return {}
      throw error
    }
  }

  #keep(files: Manifest): Promise<void> {
    const temporary = join(this.#directory, `${MANIFEST}.${process.pid}.tmp`)
    return writeWhole(join(this.#directory, MANIFEST), JSON.stringify({ version: 1, files }), {
      mode: this.#modes.file,
      temporary,
    })
  }

  /** Also one that others may read, and shall not, is written again. */
  async #has(path: string, size: number): Promise<boolean> {
    const file = await stat(join(this.#directory, path)).catch(() => undefined)
    if (file?.size !== size) return false
    return process.platform === 'win32' || (file.mode & 0o777 & ~this.#modes.file) === 0
  }

  async #remove(path: string): Promise<void> {
    await removePublic(join(this.#directory, path))
    // Folders that are empty now; the first that is not, or is the tree's own, ends it.
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      const isGone = await rmdir(join(this.#directory, folder)).then(
        () => true,
        () => false,
      )
      if (!isGone) return
    }
  }
}
