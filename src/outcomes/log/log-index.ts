import { type FileHandle, open } from 'node:fs/promises'

const NEWLINE = 10
const CHUNK_BYTES = 256 * 1024
/** No record is as long; what is, is not indexed. */
const MAX_LINE_BYTES = 4 * 1024 * 1024
const OWN_ID = Buffer.from('{"id":"')
const UPSTREAM_ID = Buffer.from('"upstream_id":"')
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Where in one file of the decision log each request stands: hashes of ids, our own and the upstream's, and the offsets
 * of their lines; 12 bytes an id. The file is only appended to, so each byte of it is read once.
 */
export class LogIndex {
  #hashes = new Uint32Array(256)
  #offsets = new Float64Array(256)
  #count = 0
  /** Bytes read, up to the end of a line. */
  #read = 0

  /** Ids in it. */
  get size(): number {
    return this.#count
  }

  /** Offsets of lines that may hold this id, last one first. `id` as it stands in JSON, without the quotes. */
  *find(id: Uint8Array): Generator<number> {
    const hash = hashOf(id, 0, id.length)
    const known = this.#hashes.subarray(0, this.#count)
    for (let at = known.lastIndexOf(hash); at >= 0; at = known.subarray(0, at).lastIndexOf(hash))
      yield this.#offsets[at]!
  }

  /**
   * Takes in what has been written since. Rejects with the signal's reason when it is aborted; what was read until then
   * is kept.
   */
  async extend(path: string, bytes: number, signal?: AbortSignal): Promise<void> {
    if (bytes <= this.#read) return
    const handle = await open(path, 'r')
    try {
      let size = CHUNK_BYTES
      while (this.#read < bytes) {
        signal?.throwIfAborted()
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, this.#read)
        const taken = this.#take(buffer.subarray(0, bytesRead))
        this.#read += taken
        // A line that is longer than the piece: a longer piece, or, beyond all measure, without it.
        if (taken === 0 && bytesRead < size) return
        if (taken > 0) size = CHUNK_BYTES
        else if (size < MAX_LINE_BYTES) size *= 4
        else this.#read += bytesRead
      }
    } finally {
      await handle.close()
    }
  }

  /** Indexes whole lines; gives the bytes that they take. */
  #take(bytes: Buffer): number {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#line(bytes.subarray(start, end), this.#read + start)
      start = end + 1
    }
    return start
  }

  #line(line: Buffer, offset: number): void {
    // Lines of other kinds begin otherwise, and in a text these quotes would have backslashes.
    if (!line.subarray(0, OWN_ID.length).equals(OWN_ID)) return
    this.#add(line, OWN_ID.length, offset)
    const upstream = line.indexOf(UPSTREAM_ID)
    if (upstream >= 0) this.#add(line, upstream + UPSTREAM_ID.length, offset)
  }

  #add(line: Buffer, start: number, offset: number): void {
    let end = start
    while (end < line.length && line[end] !== QUOTE) end += line[end] === BACKSLASH ? 2 : 1
    if (this.#count === this.#hashes.length) this.#grow()
    this.#hashes[this.#count] = hashOf(line, start, end)
    this.#offsets[this.#count++] = offset
  }

  #grow(): void {
    const hashes = new Uint32Array(this.#count * 2)
    const offsets = new Float64Array(this.#count * 2)
    hashes.set(this.#hashes)
    offsets.set(this.#offsets)
    this.#hashes = hashes
    this.#offsets = offsets
  }
}

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

/** The line that begins at `offset`; undefined when it has no end, or none within reason. */
export async function lineAt(path: string, offset: number): Promise<string | undefined> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    for (let size = CHUNK_BYTES; size <= MAX_LINE_BYTES; size *= 4) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, offset)
      const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE)
      if (end >= 0) return buffer.toString('utf8', 0, end)
      if (bytesRead < size) return undefined
    }
    return undefined
  } catch (error) {
    // It may have been rotated away meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await handle?.close()
  }
}
