import type { JsonObject } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { isObject } from '../untyped.ts'
import { clientConverterOf, HUB_WIRE, upstreamConverterOf } from '../wires/index.ts'
import { answerBody } from './answer-text.ts'
import { objects, text } from './meter.ts'

/** The request in the hub wire; undefined when it cannot be said there. Nothing of it may be changed. */
export function hubRequest({ wire, body }: Pick<Call, 'wire' | 'body'>): JsonObject | undefined {
  if (wire === HUB_WIRE) return body
  try {
    return clientConverterOf(wire)?.requestToHub({ ...body, model: '-' }, { extensions: true })
  } catch {
    return undefined
  }
}

/** What an answer consists of, whatever its wire. */
export interface AnswerParts {
  readonly text: string
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[]
  readonly refusal: string | undefined
  /** In OpenAI's words. */
  readonly finishReason: string | undefined
}

/** The parts of an answer in the client's wire, whole or as a stream; undefined where there is none. */
export function answerParts({ id, wire, body: request }: Pick<Call, 'id' | 'wire' | 'body'>, bytes: Buffer) {
  const body = answerBody(wire, bytes)
  if (!body) return undefined
  const context = { id, created: 0, model: '', maker: '', request, now: () => 0, includeUsage: false }
  const hub = wire === HUB_WIRE ? body : upstreamConverterOf(wire)?.responseToHub(body, context)
  const choices = objects(hub?.choices)
  return choices.length === 1 ? partsOf(choices[0]!) : undefined
}

function partsOf({ message, finish_reason }: JsonObject): AnswerParts {
  const { content, refusal, tool_calls } = isObject(message) ? message : {}
  return {
    text:
      typeof content === 'string'
        ? content
        : objects(content)
            .map((part) => text(part.text) ?? '')
            .join(''),
    toolCalls: objects(tool_calls).map(({ function: called }) => {
      const { name, arguments: given } = isObject(called) ? called : {}
      return { name: text(name) ?? '', arguments: text(given) ?? '{}' }
    }),
    refusal: text(refusal),
    finishReason: text(finish_reason),
  }
}
