import type { Client } from '../../access/client-keys.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Owner, Owners } from './owners.ts'

interface Reading {
  readonly owners: Owners
  readonly provider: string
  readonly client: Client | undefined
  /** There is nobody whose things others must not see. */
  readonly isAlone: boolean
  /** Of this router, as the client knows it. */
  readonly base: string
}

/** Names under which an answer tells of files that came of it. */
const FILE_FIELDS = ['input_file_id', 'output_file_id', 'error_file_id']

/** Reads what a service says of things that it keeps: it remembers whose they are, and shows nobody else's. */
export class AnswerReader {
  readonly #reading: Reading
  /** It says what something took that is done, for the first time. */
  charges = false

  constructor(reading: Reading) {
    this.#reading = reading
  }

  async read(body: JsonObject): Promise<JsonObject | undefined> {
    if (!Array.isArray(body.data)) {
      await this.#remember([body])
      this.charges = await this.#isNewlyDone(body)
      return this.#own(body)
    }
    const all = body.data.filter(isObject)
    const own = this.#reading.isAlone ? all : await this.#mine(all)
    await this.#remember(own)
    const shown = own.map((each) => this.#own(each) ?? each)
    if (own.length === body.data.length && shown.every((each, index) => each === own[index])) return undefined
    const ends = 'first_id' in body ? { first_id: shown[0]?.id ?? null } : {}
    return { ...body, data: shown, ...ends }
  }

  async #mine(all: readonly JsonObject[]): Promise<JsonObject[]> {
    const { owners, client } = this.#reading
    const mine: JsonObject[] = []
    for (const each of all) {
      const owner = typeof each.id === 'string' ? await owners.find(each.id) : undefined
      if (owner && owner.client === client?.fingerprint) mine.push(each)
    }
    return mine
  }

  /** Remembered as the ids are, so that no restart and no other process charges again. */
  async #isNewlyDone({ id, status, usage }: JsonObject): Promise<boolean> {
    const { owners, provider, client } = this.#reading
    if (typeof id !== 'string' || !isObject(usage) || typeof status !== 'string' || !DONE.has(status)) return false
    const mark = `${id} charged`
    if (await owners.find(mark)) return false
    await owners.add([{ id: mark, provider, client: client?.fingerprint ?? '' }])
    return true
  }

  async #remember(things: readonly JsonObject[]): Promise<void> {
    const { owners, provider, client } = this.#reading
    const found: Owner[] = []
    for (const id of things.flatMap(idsOf))
      if (!(await owners.find(id))) found.push({ id, provider, client: client?.fingerprint ?? '' })
    if (found.length > 0) await owners.add(found)
  }

  /** Its results are fetched here, not at the maker's, with a key that is good here only. */
  #own(body: JsonObject): JsonObject | undefined {
    const { results_url, id } = body
    if (typeof results_url !== 'string' || typeof id !== 'string') return undefined
    return { ...body, results_url: `${this.#reading.base}/v1/messages/batches/${id}/results` }
  }
}

/** Of a thing, and of the files that it names. */
function idsOf(thing: JsonObject): string[] {
  const file = isObject(thing.file) ? thing.file.id : undefined
  return [thing.id, file, ...FILE_FIELDS.map((name) => thing[name])].filter(
    (id) => typeof id === 'string' && id !== '' && id.length <= MAX_ID,
  ) as string[]
}

/** States of a batch in which it takes nothing more. */
const DONE: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled'])

/** Characters. */
const MAX_ID = 200
