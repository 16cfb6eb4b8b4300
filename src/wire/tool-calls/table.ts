/**
 * Tells the tool calls of a stream apart. OpenAI numbers them by `index`, others do not: all at index 0 (ollama#15457,
 * dynamo#4723), none (ollama#7881), text, drifting (sglang#6310), one call at two (LocalAI#9722), a new id with each
 * delta (mlx-openai-server#216). So a call is known by its id, then by its index; a name on a call whose arguments are
 * complete begins another; a delta without a name never does. What comes out does not depend on how the arguments are
 * cut.
 */
import type { JsonObject } from '../../plugins/api.ts'
import { type Budget, type CallDelta, callDelta, MAX_KEPT, ToolCall } from './call.ts'
import type { CallIds } from './ids.ts'

/** What an entry adds to a call that the client knows. */
export interface Piece {
  readonly call: ToolCall
  /** The first of its call: id and name go with it. */
  readonly first: boolean
  readonly text: string
}

export interface TableOptions {
  readonly ids: CallIds
  /** Of several choices, which one: it goes into made ids. */
  readonly choice?: number
  /** Hears of each call as soon as the client may. */
  readonly onCall?: (call: ToolCall) => void
  readonly budget?: Budget
}

/** The calls of one choice. */
export class ToolCallTable {
  readonly #options: TableOptions
  readonly #budget: Budget
  readonly #byId = new Map<string, ToolCall>()
  readonly #byIndex = new Map<number, ToolCall>()
  readonly #held = new Set<ToolCall>()
  /** Those that the client knows, by number. */
  readonly #calls: ToolCall[] = []
  #last: ToolCall | undefined

  constructor(options: TableOptions) {
    this.#options = options
    this.#budget = options.budget ?? { left: MAX_KEPT }
  }

  /** Arguments came for a call whose name did not. */
  get nameless(): boolean {
    for (const call of this.#held) if (call.name === '' && !call.blank) return true
    return false
  }

  /**
   * One entry of `delta.tool_calls`. Undefined: there is nothing to tell of it yet. `place`: where it stands among
   * several of its chunk, which stands in for an index that is missing.
   */
  add(entry: JsonObject, place?: number): Piece | undefined {
    const given = callDelta(entry, place)
    return this.#write(this.#callOf(given), given)
  }

  /** One entry of a whole answer: a call of its own, unless it is one of the others again. */
  addWhole(entry: JsonObject): Piece | undefined {
    const given = callDelta(entry, undefined)
    const same = given.id === '' ? undefined : this.#byId.get(given.id)
    const again = same !== undefined && same.name === given.name && same.whole
    return this.#write(again ? this.#again(same, given, true) : this.#begin(given), given)
  }

  /** No more entries come: what was held back and was no repetition. */
  end(): Piece[] {
    const left = [...this.#held].filter(
      ({ name, blank, text, repeats }) => name !== '' && !blank && text.trim() !== repeats?.text.trim(),
    )
    const pieces = left.map((call) => (call.unnamed ? this.#giveBack(call, undefined) : this.#show(call)))
    for (const call of this.#calls) {
      const text = call.flush()
      if (text !== '') pieces.push({ call, first: false, text })
    }
    return pieces
  }

  #callOf(given: CallDelta): ToolCall {
    const { id, index } = given
    const placed = index === undefined ? undefined : this.#byIndex.get(index)
    const known = id === '' || placed?.givenId === id ? placed : this.#byId.get(id)
    const identified = id !== '' && known !== undefined
    if (given.name === '') return identified ? this.#at(index, known) : this.#unnamed(given, placed)
    const open = known ?? placed ?? (index === undefined || this.#last?.name === '' ? this.#last : undefined)
    if (!open) return this.#begin(given)
    if (this.#goesOn(open, given, identified)) return this.#at(index, open)
    const again = open.name === given.name && open.whole
    return again && (identified || id === '') ? this.#again(open, given, identified) : this.#begin(given)
  }

  /** A delta without a name: a server may say the wrong index, or make up an id for each delta. */
  #unnamed(given: CallDelta, placed: ToolCall | undefined): ToolCall {
    const last = this.#last
    if (!last) return this.#begin(given)
    if (placed && (given.text === '' || !placed.whole || last.whole)) return placed
    // The name of another call may follow.
    if (!placed && given.id !== '' && last.whole) return this.#begin(given)
    return this.#at(given.index, last)
  }

  /** A delta with a name belongs to `call`, which stands where it points to. */
  #goesOn(call: ToolCall, { id, name, text }: CallDelta, identified: boolean): boolean {
    if (call.name === '') return true
    if (call.name !== name || call.whole) return false
    if (identified || id === '' || call.givenId === '') return true
    // Another id: another call, unless this cannot be the beginning of arguments.
    return !call.blank && /^\s*[^\s{]/.test(text)
  }

  #at(index: number | undefined, call: ToolCall): ToolCall {
    if (index !== undefined && !this.#byIndex.has(index)) this.#byIndex.set(index, call)
    return call
  }

  #begin({ id, index, name }: CallDelta): ToolCall {
    const call = new ToolCall(id, name, this.#budget)
    this.#held.add(call)
    this.#point(call, index)
    return call
  }

  /** Id, index and "the last one" are this call's from now on. */
  #point(call: ToolCall, index: number | undefined): void {
    if (call.givenId !== '') this.#byId.set(call.givenId, call)
    if (index !== undefined) this.#byIndex.set(index, call)
    this.#last = call
  }

  /** Its name on a call that is complete: the same call again when the id is the same too, else another one. */
  #again(call: ToolCall, given: CallDelta, identified: boolean): ToolCall {
    const next = this.#begin({ ...given, name: call.name, id: given.id || (identified ? call.givenId : '') })
    if (identified) next.repeats = call.repeats ?? call
    else next.waits = true
    return next
  }

  #write(call: ToolCall, given: CallDelta): Piece | undefined {
    if (call.name === '') call.name = given.name
    if (call.givenId === '' && given.id !== '') {
      call.givenId = given.id
      this.#byId.set(given.id, call)
    }
    call.free ||= given.free
    const { taken, text } = call.feed(given.text)
    const piece = call.number < 0 ? this.#release(call, given, text) : { call, first: false, text }
    if (taken === given.text.length) return piece
    const rest = this.#excess(piece?.call ?? call, { ...given, text: given.text.slice(taken) })
    return piece && rest ? { ...piece, text: piece.text + rest.text } : (piece ?? rest)
  }

  /** What comes behind the end of the arguments: they are repeated, or malformed. */
  #excess(call: ToolCall, given: CallDelta): Piece | undefined {
    const known = call.number >= 0
    if (given.text.trim() === '') return known ? { call, first: false, text: given.text } : undefined
    if (!known && !call.repeats) {
      call.keep(given.text)
      return undefined
    }
    const again = this.#again(call, given, true)
    again.unnamed = true
    return this.#write(again, given)
  }

  /** A call that is held back goes on: now, or when more of it is known. */
  #release(call: ToolCall, { entry, index }: CallDelta, text: string): Piece | undefined {
    call.held = { ...call.held, ...entry }
    const { repeats } = call
    if (call.name === '' || (call.waits && call.blank)) return undefined
    if (!repeats) return this.#show(call)
    // What came before was the same already.
    if (!repeats.clipped && repeats.text.startsWith(text, call.text.length - text.length)) return undefined
    return call.unnamed ? this.#giveBack(call, index) : this.#show(call)
  }

  /** No repetition after all, and no call of its own: it belongs to the call before. */
  #giveBack(call: ToolCall, index: number | undefined): Piece {
    const owner = call.repeats ?? call
    this.#held.delete(call)
    this.#point(owner, index)
    owner.keep(call.text)
    return { call: owner, first: false, text: call.text }
  }

  #show(call: ToolCall): Piece {
    this.#held.delete(call)
    call.repeats = undefined
    call.number = this.#calls.push(call) - 1
    const { ids, choice = 0, onCall } = this.#options
    call.id = ids.of(call.givenId, choice === 0 ? call.number : `${choice}_${call.number}`)
    onCall?.(call)
    return { call, first: true, text: call.text }
  }
}
