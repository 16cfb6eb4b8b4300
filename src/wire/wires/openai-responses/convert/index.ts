/**
 * `openai-responses` <-> `openai-chat`. What is changed, left out or refused is listed in `request-to-hub.ts` and
 * `request-from-hub.ts`.
 */
import type { ConvertContext, Converter, OutEvent, StreamConverter } from '../../../converter.ts'
import { refuse } from '../../../untyped.ts'
import { ChatFold } from '../../openai-chat/fold.ts'
import { responseEvents } from '../unfold.ts'
import { requestToHub } from './request-to-hub.ts'
import { responseFromHub } from './response-from-hub.ts'

export const responsesConverter: Converter = {
  wire: 'openai-responses',
  requestToHub,
  requestFromHub: () => refuse('model', 'is answered by an endpoint that speaks Responses only; ask it in that API'),
  responseToHub: (body) => body,
  responseFromHub,
  streamToHub: () => NOTHING,
  streamFromHub: (context) => new AtEnd(context),
}

const NOTHING: StreamConverter = { event: () => [], end: () => [] }

class AtEnd implements StreamConverter {
  readonly #fold = new ChatFold('chat.completion')
  readonly #context: ConvertContext
  constructor(context: ConvertContext) {
    this.#context = context
  }
  event(_name: string | undefined, data: Record<string, unknown>): readonly OutEvent[] {
    this.#fold.event(undefined, data)
    return []
  }
  end(): readonly OutEvent[] {
    const whole = responseFromHub(JSON.parse(this.#fold.end(true) ?? '{}'), this.#context)
    return (responseEvents(whole) ?? []).map(([event, data]) => ({ event: event!, data }))
  }
}
