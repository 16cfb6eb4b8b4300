import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold, WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { isObject, objectOf, stringOf } from '../../untyped.ts'

/** The events of a stream put together: parts of one kind in a row are one part. */
export class GeminiFold implements Fold {
  #answer: JsonObject = {}
  readonly #candidates = new Map<unknown, JsonObject>()

  event(_name: string | undefined, { candidates, ...rest }: JsonObject): void {
    this.#answer = { ...this.#answer, ...rest }
    for (const candidate of objects(candidates)) {
      const index = candidate.index ?? 0
      const before = this.#candidates.get(index)
      const content = objectOf(candidate.content)
      const parts = joined([...objects(objectOf(before?.content).parts), ...objects(content.parts)])
      this.#candidates.set(index, { ...before, ...candidate, content: { role: 'model', ...content, parts } })
    }
  }

  end(): string | undefined {
    const candidates = [...this.#candidates.values()]
    const isWhole = candidates.some(({ finishReason }) => finishReason) || isObject(this.#answer.promptFeedback)
    return isWhole ? JSON.stringify({ ...(candidates.length > 0 && { candidates }), ...this.#answer }) : undefined
  }
}

const isPlain = (part: JsonObject): boolean => typeof part.text === 'string' && part.thoughtSignature === undefined

function joined(parts: readonly JsonObject[]): JsonObject[] {
  const out: JsonObject[] = []
  for (const part of parts) {
    const last = out.at(-1)
    const goesOn = last && isPlain(last) && typeof part.text === 'string' && last.thought === part.thought
    if (goesOn) out[out.length - 1] = { ...last, ...part, text: stringOf(last.text) + part.text }
    else out.push(part)
  }
  return out
}

/** A whole answer is a stream of one event. */
export const geminiEvents = (body: JsonObject): WireEvent[] | undefined =>
  Array.isArray(body.candidates) || isObject(body.promptFeedback) ? [[undefined, body]] : undefined
