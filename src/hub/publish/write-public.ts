import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { UNFINISHED, writeWhole } from '../../base/files/write-whole.ts'

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)]
/** Brotli 9 of 11: within 2 % of the best in a tenth of its time. */
const BROTLI_QUALITY = 9
const GZIP_LEVEL = 9

/** Beside each file: what a server sends to who takes it. */
const COMPRESSED = ['.br', '.gz'] as const

/** Who may read published files and their folders, as system modes. */
export interface Modes {
  readonly file: number
  readonly folder: number
}

const FOR_EVERYBODY: Modes = { file: 0o644, folder: 0o755 }
const FOR_OWNER: Modes = { file: 0o600, folder: 0o700 }

/** What a private hub publishes is for who runs it: the files know no read key. */
export const modesOf = (hub: { readonly private: boolean }): Modes => (hub.private ? FOR_OWNER : FOR_EVERYBODY)

/**
 * Writes a file, and beside it `.br` and `.gz`; each whole or not at all, all of them or, when the disk says no before,
 * none. Several processes of a hub may write the same one.
 */
export async function writePublic(path: string, bytes: Buffer, modes: Modes): Promise<void> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  const [br, gz] = await Promise.all([brotli(bytes, { params }), gzipped(bytes, { level: GZIP_LEVEL })])
  await mkdir(dirname(path), { recursive: true, mode: modes.folder })
  await write(`${path}.br`, br, modes)
  await write(`${path}.gz`, gz, modes)
  await write(path, bytes, modes)
}

/** Removes a file and what is beside it, as far as they are there. */
export async function removePublic(path: string): Promise<void> {
  for (const ending of ['', ...COMPRESSED]) await rm(`${path}${ending}`, { force: true })
}

/** They are derived from the database: lost ones are written again. */
const write = (path: string, bytes: Uint8Array, { file }: Modes): Promise<void> =>
  writeWhole(path, bytes, { mode: file, temporary: `${path}.${process.pid}${UNFINISHED}`, durable: false })
