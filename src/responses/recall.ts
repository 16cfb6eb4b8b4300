import { mayAsk } from '../access/may-ask.ts'
import type { RequestRecord } from '../plugins/api.ts'
import { type Catalogue, routeOf } from '../routing/catalogue.ts'
import type { Codec } from '../routing/codec.ts'
import { keeperOf } from '../routing/conversation/owners.ts'
import type { Call, Held, Reference } from '../routing/ports.ts'
import type { EngineState } from '../routing/state/state.ts'
import type { Archive } from './archive.ts'
import { expand } from './expand.ts'
import { namedFiles } from './named-files.ts'

interface FileOwner {
  readonly provider: string
  /** Fingerprint of the client's key; empty for none. */
  readonly client: string
}

export interface RecallParts {
  readonly codec: Pick<Codec, 'references' | 'seals'>
  readonly owners: EngineState['owners']
  readonly archive: Archive
  /** Whose a file is that a provider keeps, and who keeps it. */
  readonly fileOwner: (id: string) => Promise<FileOwner | undefined>
  readonly catalogue: () => Catalogue
  /** A request by the upstream's id of its answer. */
  readonly find: (id: string, signal: AbortSignal) => Promise<RequestRecord | undefined>
  /** Unix ms. */
  readonly now: () => number
}

/** What decides first whom a request with several references can go to. */
const PRECEDENCE: readonly Reference['kind'][] = [
  'background',
  'thread',
  'response',
  'conversation',
  'prompt',
  'compaction',
  'item',
  'file',
]
/** Without a keeper these are told apart from what does not exist by nobody but the router. */
const STRICT: ReadonlySet<Reference['kind']> = new Set(['response', 'thread'])
/** What answers have ids for: another client's are nobody else's. */
const PRIVATE: ReadonlySet<Reference['kind']> = new Set(['item', 'conversation'])

/** Looks up what requests refer to: who keeps it. */
export class Recall {
  readonly #parts: RecallParts

  constructor(parts: RecallParts) {
    this.#parts = parts
  }

  /** The call itself where it refers to nothing. `account`: the fingerprint of its client's key. */
  recall(call: Call, account: string): Call | Promise<Call> {
    const { archive, codec } = this.#parts
    const own = this.#sealed(archive.keeps(call) ? { ...call, isKept: true } : call, account)
    const references = codec.references(call)
    const files = namedFiles(call)
    if (files) return this.#lookForFiles(own, files, references ?? [], account)
    return references ? this.#look(own, references, account) : own
  }

  /** Reasoning in the history that only its maker can read, where it is known who that is. */
  #sealed(call: Call, account: string): Call {
    const { codec, owners, now } = this.#parts
    let sealed: Map<string, string> | undefined
    for (const seal of codec.seals(call) ?? []) {
      const maker = owners.get(account, seal, now())
      if (maker === undefined) continue
      sealed ??= new Map()
      sealed.set(seal, maker)
    }
    return sealed ? { ...call, sealed } : call
  }

  /** Who keeps a response upstream. */
  keeper(id: string, account: string): Promise<string | undefined> {
    return this.#keeperOf([{ kind: 'response', field: 'response_id', id }], account, 'openai-responses')
  }

  /** Files that nobody made through this router are left to whoever is asked. */
  async #lookForFiles(call: Call, ids: readonly string[], others: readonly Reference[], account: string) {
    const references = [...others]
    let keeper: string | undefined
    for (const id of ids) {
      const owner = await this.#parts.fileOwner(id)
      if (!owner) continue
      const reference: Reference = { kind: 'file', field: 'file_id', id }
      if (account !== '' && owner.client !== '' && owner.client !== account) return refused(call, reference)
      references.push(reference)
      keeper ??= owner.provider
    }
    return references.length > 0 ? this.#look(call, references, account, keeper) : call
  }

  async #look(
    call: Call,
    references: readonly Reference[],
    account: string,
    fileKeeper?: string | undefined,
  ): Promise<Call> {
    const { owners, now } = this.#parts
    const foreign = references.find(({ kind, id }) => PRIVATE.has(kind) && owners.isForeign(account, id ?? '', now()))
    if (foreign) return refused(call, foreign)
    const ordered = references.toSorted((a, b) => PRECEDENCE.indexOf(a.kind) - PRECEDENCE.indexOf(b.kind))
    const held: Held = {
      reference: ordered[0]!,
      keeper: (await this.#keeperOf(ordered, account, call.wire)) ?? fileKeeper,
      isStrict: references.some(({ kind }) => STRICT.has(kind)),
      isSought: this.#parts.archive.isOn,
      whole: this.#whole(call, references, account),
    }
    return { ...call, held }
  }

  /** Only what the router keeps itself can be put in the place of what refers to it. */
  #whole(call: Call, references: readonly Reference[], account: string): Held['whole'] {
    if (references.some(({ kind }) => kind !== 'response' && kind !== 'item')) return undefined
    const body = expand(call.body, this.#parts.archive.archivedBy(account))
    return body && { body, raw: Buffer.from(JSON.stringify(body)) }
  }

  /** The first that is known. */
  async #keeperOf(references: readonly Reference[], account: string, wire: string): Promise<string | undefined> {
    const { owners, now } = this.#parts
    for (const { id } of references) {
      const keeper = id === undefined ? undefined : owners.get(account, id, now())
      if (keeper !== undefined) return keeper
    }
    for (const { id, kind } of references) {
      if (id === undefined || !STRICT.has(kind)) continue
      const keeper = await this.#recorded(id, account, wire)
      if (keeper !== undefined) return keeper
    }
    return undefined
  }

  /** From before this start, or longer ago than is remembered: by the decision log. */
  async #recorded(id: string, account: string, wire: string): Promise<string | undefined> {
    const { catalogue, find, now, owners } = this.#parts
    const record = await find(id, new AbortController().signal)
    if (!record || record.upstreamId !== id || record.wire !== wire || !mayAsk(account || undefined, record))
      return undefined
    const used = record.attempts.findLast(({ kind }) => kind === 'ok' || kind === 'caller_cancelled')
    const route = used && routeOf(catalogue(), used.endpoint)
    if (!route?.provider.adapter.wires[record.operation]?.includes(wire)) return undefined
    const keeper = keeperOf(route.endpoint)
    owners.set(account, [id], keeper, now())
    return keeper
  }
}

/** Of another client: nobody is asked for it. */
const refused = (call: Call, reference: Reference): Call => ({
  ...call,
  held: { reference, keeper: undefined, isStrict: true, isSought: false, whole: undefined },
})
