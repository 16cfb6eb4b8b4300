import type { JsonObject } from '../../plugins/api.ts'
import { MAX_KEPT, ToolCall } from './call.ts'
import { CallIds } from './ids.ts'
import { mendedDelta, mendedWhole } from './mend.ts'
import { isJson, toolNames } from './offered.ts'
import { ToolCallTable } from './table.ts'

/** Follows the tool calls of one answer, whole or streamed, and says what is wrong with them. */
export class ToolCalls {
  readonly #known: ReadonlySet<string> | undefined
  readonly #ids: CallIds
  readonly #calls: ToolCall[] = []
  /** By choice. */
  readonly #tables = new Map<number, ToolCallTable>()
  /** By block, in wires that begin each call with a block of its own. */
  readonly #blocks = new Map<number, ToolCall>()
  readonly #budget = { left: MAX_KEPT }
  #unknown: string | undefined

  /** `request`, in any wire, says which tools there are; `answerId` goes into the ids that calls came without. */
  constructor(request: JsonObject, answerId: string) {
    this.#known = toolNames(request)
    this.#ids = new CallIds(answerId)
  }

  /** Calls that the client knows. */
  get count(): number {
    return this.#calls.length
  }

  /** Entries of a delta. Gives them as every client understands them; undefined when they are so already. */
  delta(choice: number, entries: readonly JsonObject[], ends: boolean): JsonObject[] | undefined {
    const table = entries.length > 0 ? this.#table(choice) : this.#tables.get(choice)
    return table && mendedDelta(table, entries, ends)
  }

  /** Calls of a whole message; what is given as with `delta`. */
  whole(choice: number, entries: readonly JsonObject[]): JsonObject[] | undefined {
    return entries.length > 0 ? mendedWhole(this.#table(choice), entries) : undefined
  }

  /**
   * A block that is a call begins. What it gives as input is JSON already; deltas, when they come, tell the same again.
   */
  open(block: number, name: string): void {
    const call = new ToolCall('', name, this.#budget)
    this.#blocks.set(block, call)
    this.#record(call)
  }

  /** More arguments of the call in this block; blocks that are no calls are left alone. */
  append(block: number, text: string): void {
    this.#blocks.get(block)?.keep(text)
  }

  /** A call of a tool that the request does not offer. */
  get unknown(): string | undefined {
    return this.#unknown === undefined
      ? undefined
      : `it called the tool "${this.#unknown.slice(0, 100)}", which the request does not offer`
  }

  /** What is wrong with the calls, now that they are complete. Empty arguments stand for none. */
  problem(): string | undefined {
    if (this.unknown !== undefined) return this.unknown
    for (const { nameless } of this.#tables.values()) if (nameless) return 'a tool call has no name'
    const broken = this.#calls.find(({ text, clipped, free }) => !clipped && !free && !isJson(text))
    return broken && `the arguments of its call of "${broken.name.slice(0, 100)}" are not valid JSON`
  }

  #record(call: ToolCall): void {
    this.#calls.push(call)
    if (this.#known && !this.#known.has(call.name)) this.#unknown ??= call.name
  }

  #table(choice: number): ToolCallTable {
    let table = this.#tables.get(choice)
    if (!table) {
      table = new ToolCallTable({
        ids: this.#ids,
        choice,
        onCall: (call) => this.#record(call),
        budget: this.#budget,
      })
      this.#tables.set(choice, table)
    }
    return table
  }
}
