import type { RequestType } from '../../base/request-types.ts'
import type { Signs } from '../../base/signs.ts'
import type { AskedFor, Call, Conversation, Demand, Description } from '../../routing/ports.ts'
import { wireOf } from '../wires/index.ts'
import { cachesForAnHour, conversationOf, namedTask, requestHash, rulesHash } from './conversation.ts'
import { demandOf } from './demand.ts'
import { lastMessage } from './last-message.ts'
import { isRepeatable } from './repeatable.ts'
import { requestTypeOf } from './request-type.ts'
import { signsOf } from './signs.ts'
import { wordsOf } from './words.ts'

/** Reads a call's body, in whichever grammar it is. */
export class CallDescription implements Description {
  readonly #call: Call
  readonly demand: Demand
  /** False: there is none. */
  #conversation: Conversation | false | undefined
  #type: RequestType | undefined
  /** False: there are none. */
  #rules: string | false | undefined

  constructor(call: Call) {
    const view = wireOf(call.wire)?.request?.view?.(call.body)
    this.#call = view ? { ...call, body: view } : call
    this.demand = demandOf(this.#call)
  }

  get asked(): AskedFor {
    return this.#call.body
  }

  conversation(): Conversation | undefined {
    this.#conversation ??= conversationOf(this.#call) ?? false
    return this.#conversation || undefined
  }

  cachesForAnHour(): boolean {
    return cachesForAnHour(this.#call.body)
  }

  requestType(): RequestType {
    this.#type ??= requestTypeOf(this.#call, this.demand)
    return this.#type
  }

  task(): string {
    return namedTask(this.#call) ?? this.rules() ?? this.requestType()
  }

  rules(): string | undefined {
    this.#rules ??= rulesHash(this.#call) ?? false
    return this.#rules || undefined
  }

  words(): readonly number[] {
    return wordsOf(lastMessage(this.#call.body))
  }

  signs(words: boolean): Signs | undefined {
    return signsOf(this.#call, words)
  }

  isRepeatable(): boolean {
    return isRepeatable(this.#call)
  }

  fingerprint(): string {
    return requestHash(this.#call)
  }
}
