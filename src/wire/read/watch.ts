import type { JsonObject, Usage } from '../../plugins/api.ts'
import type { AnswerWatch, WatchedAnswer } from '../../routing/codec.ts'
import type { FramingLimits } from '../framing/framing.ts'
import { SseParser } from '../framing/sse.ts'
import type { SseEvent } from '../framing/sse-event.ts'
import { isObject } from '../untyped.ts'
import { reportedCost } from '../usage/reported-cost.ts'
import { chatUsage, messagesUsage, responsesUsage } from '../usage/usage.ts'
import { addCounts, usageIn } from '../usage/usage-places.ts'
import { parseObject } from './tolerant-json.ts'

/** Bytes of a whole answer that are kept to be read. A longer one is data, and not an account of what it took. */
const WHOLE_LIMIT = 8 * 1024 * 1024
const MAX_NAME = 256

/** Looks for what an answer in any wire, or in none, says that it used. */
export function watchAnswer(contentType: string | undefined, limits: FramingLimits): AnswerWatch | undefined {
  if (contentType?.includes('event-stream')) return new StreamWatch(limits)
  return contentType?.includes('json') ? new WholeWatch() : undefined
}

class WholeWatch implements AnswerWatch {
  #chunks: Buffer[] = []
  #bytes = 0

  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= WHOLE_LIMIT) this.#chunks.push(chunk)
    else this.#chunks = []
  }

  end(): WatchedAnswer | undefined {
    if (this.#bytes > WHOLE_LIMIT) return undefined
    const body = parseObject(Buffer.concat(this.#chunks).toString())
    return body && found(body, usageIn(body))
  }
}

/** Events that name usage are read, all others passed over. */
class StreamWatch implements AnswerWatch {
  readonly #parser: SseParser
  readonly #counts: JsonObject = {}
  #last: JsonObject | undefined
  #head: JsonObject | undefined

  constructor(limits: FramingLimits) {
    this.#parser = new SseParser(limits)
  }

  push(chunk: Buffer): void {
    for (const event of this.#parser.push(chunk)) this.#read(event)
  }

  #read(event: SseEvent): void {
    if (this.#head && !event.raw.includes('"usage"')) return
    const data = parseObject(event.data ?? '')
    if (!data) return
    this.#head ??= data
    const usage = usageOf(data)
    if (!usage) return
    addCounts(this.#counts, usage)
    this.#last = data
  }

  end(): WatchedAnswer | undefined {
    const rest = this.#parser.end()
    if (rest) this.#read(rest)
    this.#parser.close()
    const head = this.#head && nested(this.#head)
    return (
      head && { ...found(head, undefined), ...(this.#last && found({ ...head, ...nested(this.#last) }, this.#counts)) }
    )
  }
}

/** Where whole answers stand in events of streams. */
const nested = (data: JsonObject): JsonObject =>
  isObject(data.response) ? data.response : isObject(data.message) ? data.message : data

const usageOf = (data: JsonObject): JsonObject | undefined => usageIn(data) ?? usageIn(nested(data))

function found({ model, id }: JsonObject, usage: JsonObject | undefined): WatchedAnswer {
  const read = usage && readUsage(usage)
  return {
    ...(read && { usage: read }),
    ...(typeof model === 'string' && model !== '' && model.length <= MAX_NAME && { model }),
    ...(typeof id === 'string' && id !== '' && id.length <= MAX_NAME && { id }),
  }
}

/** In whichever of the three ways it is said. */
function readUsage(usage: JsonObject): Usage | undefined {
  const counted =
    usage.prompt_tokens !== undefined || usage.completion_tokens !== undefined
      ? chatUsage(usage)
      : usage.cache_read_input_tokens !== undefined || usage.cache_creation_input_tokens !== undefined
        ? messagesUsage(usage)
        : responsesUsage(usage)
  if (counted) return counted
  const costUsd = reportedCost(usage)
  return costUsd === undefined ? undefined : { costUsd }
}
