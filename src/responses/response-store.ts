import { chmodSync, closeSync, openSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Cipher } from './cipher.ts'
import { type KeptResponse, outputItems } from './kept-response.ts'

export interface StoreLimits {
  readonly keepMs: number
  /** Of what is kept, without the database's own. */
  readonly maxBytes: number
  readonly maxCount: number
}

/** Rows that go at once when there is no room. */
const EVICTED = 32
/** Another process that writes is waited for so long. Milliseconds. */
const BUSY_MS = 1000

/** `totals` is kept by triggers, so that several processes agree on it. */
const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = ${BUSY_MS};
CREATE TABLE IF NOT EXISTS responses (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name BLOB NOT NULL UNIQUE,
  expires INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS responses_expires ON responses (expires);
CREATE TABLE IF NOT EXISTS items (
  name BLOB PRIMARY KEY,
  response INTEGER NOT NULL REFERENCES responses (number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_response ON items (response);
CREATE TABLE IF NOT EXISTS totals (bytes INTEGER NOT NULL, count INTEGER NOT NULL);
INSERT INTO totals SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM totals);
CREATE TRIGGER IF NOT EXISTS response_added AFTER INSERT ON responses BEGIN
  UPDATE totals SET bytes = bytes + length(new.data), count = count + 1;
END;
CREATE TRIGGER IF NOT EXISTS response_removed AFTER DELETE ON responses BEGIN
  UPDATE totals SET bytes = bytes - length(old.data), count = count - 1;
END;
`

/**
 * Answers on disk, in SQLite, which several processes may have open. What is in it is sealed; each client finds its own
 * only. Its methods throw what SQLite throws.
 */
export class ResponseStore {
  readonly #database: DatabaseSync
  readonly #cipher: Cipher
  readonly #limits: StoreLimits
  readonly #insert: StatementSync
  readonly #insertItem: StatementSync
  readonly #byName: StatementSync
  readonly #byItem: StatementSync
  readonly #remove: StatementSync
  readonly #removeExpired: StatementSync
  readonly #removeOldest: StatementSync
  readonly #totals: StatementSync

  private constructor(database: DatabaseSync, cipher: Cipher, limits: StoreLimits) {
    this.#database = database
    this.#cipher = cipher
    this.#limits = limits
    database.exec(SCHEMA)
    this.#insert = database.prepare('INSERT INTO responses (name, expires, data) VALUES (?, ?, ?) RETURNING number')
    this.#insertItem = database.prepare('INSERT OR REPLACE INTO items (name, response) VALUES (?, ?)')
    this.#byName = database.prepare('SELECT data, name FROM responses WHERE name = ? AND expires > ?')
    this.#byItem = database.prepare(
      'SELECT r.data, r.name FROM items i JOIN responses r ON r.number = i.response WHERE i.name = ? AND r.expires > ?',
    )
    this.#remove = database.prepare('DELETE FROM responses WHERE name = ?')
    this.#removeExpired = database.prepare('DELETE FROM responses WHERE expires <= ?')
    this.#removeOldest = database.prepare(
      'DELETE FROM responses WHERE number IN (SELECT number FROM responses ORDER BY number LIMIT ?)',
    )
    this.#totals = database.prepare('SELECT bytes, count FROM totals')
  }

  /** `path`: of the database, made with mode 0600 when it is not there. */
  static async open(path: string, cipher: Cipher, limits: StoreLimits): Promise<ResponseStore> {
    // Loaded only where answers are kept.
    const { DatabaseSync } = await import('node:sqlite')
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    const database = new DatabaseSync(path, { enableForeignKeyConstraints: true })
    try {
      return new ResponseStore(database, cipher, limits)
    } catch (error) {
      database.close()
      throw error
    }
  }

  /** What is larger than all that may be kept is not kept. False then. */
  put(account: string, id: string, kept: KeptResponse, now: number): boolean {
    const name = this.#cipher.name(account, id)
    const data = this.#cipher.seal(JSON.stringify(kept), name)
    if (data.length > this.#limits.maxBytes) return false
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      this.#removeExpired.run(now)
      this.#remove.run(name)
      const { number } = this.#insert.get(name, now + this.#limits.keepMs, data) as { number: number }
      for (const item of outputItems(kept.response))
        if (typeof item.id === 'string') this.#insertItem.run(this.#cipher.name(account, item.id), number)
      this.#makeRoom()
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
    return true
  }

  get(account: string, id: string, now: number): KeptResponse | undefined {
    return this.#opened(this.#byName.get(this.#cipher.name(account, id), now))
  }

  /** The answer that an item is part of. */
  withItem(account: string, item: string, now: number): KeptResponse | undefined {
    return this.#opened(this.#byItem.get(this.#cipher.name(account, item), now))
  }

  /** False when there is none. */
  delete(account: string, id: string): boolean {
    return Number(this.#remove.run(this.#cipher.name(account, id)).changes) > 0
  }

  close(): void {
    this.#database.close()
  }

  #opened(row: unknown): KeptResponse | undefined {
    if (row === undefined) return undefined
    const { data, name } = row as { data: Uint8Array; name: Uint8Array }
    const text = this.#cipher.open(data, Buffer.from(name))
    return text === undefined ? undefined : { ...(JSON.parse(text) as KeptResponse), bytes: data.length }
  }

  #makeRoom(): void {
    for (;;) {
      const { bytes, count } = this.#totals.get() as { bytes: number; count: number }
      if (count === 0 || (bytes <= this.#limits.maxBytes && count <= this.#limits.maxCount)) return
      const over = Math.max(1, Math.min(EVICTED, count - this.#limits.maxCount))
      this.#removeOldest.run(bytes > this.#limits.maxBytes ? 1 : over)
    }
  }
}
