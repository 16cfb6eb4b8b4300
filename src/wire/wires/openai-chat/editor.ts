import type { BodyEdits } from '../../../base/json/edit-body.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { ReadContext } from '../../../routing/codec.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import { KeyScanner } from '../../read/key-scanner.ts'
import { rewritten } from '../../read/rewritten.ts'
import type { Edit, StreamEditor } from '../../read/tap.ts'
import { isObject } from '../../untyped.ts'
import { usageIn } from '../../usage/usage-places.ts'
import { type ChoicesShape, chunkEdits, NEVER_NULL } from './openrouter.ts'

/** True when the request asks for usage in its stream. */
export function asksForUsage(request: JsonObject): boolean {
  const options = request.stream_options
  return isObject(options) && options.include_usage === true
}

/** What has to change in a native stream for the client's dialect; undefined when nothing does. */
export function streamEditor(context: ReadContext, shape: ChoicesShape): StreamEditor | undefined {
  const { call } = context
  if (call.flavour === 'openrouter') return new OpenrouterEditor(context, shape)
  return asksForUsage(call.body) ? undefined : WITHOUT_USAGE_CHUNK
}

/**
 * Takes out the chunk that only the router asked for: usage and no choices. Usage on another chunk stays where the
 * upstream put it.
 */
const WITHOUT_USAGE_CHUNK: StreamEditor = {
  careful: false,
  skimmed: () => 'keep',
  parsed: (_event, data) =>
    isObject(data.usage) && !(Array.isArray(data.choices) && data.choices.length > 0) ? 'drop' : 'keep',
}

const NULLS = new KeyScanner(NEVER_NULL)

/**
 * Nulls are cut out of skimmed chunks byte-wise. An upstream whose chunks need more than that has all of them parsed.
 */
class OpenrouterEditor implements StreamEditor {
  careful = false
  readonly #context: ReadContext
  readonly #shape: ChoicesShape

  constructor(context: ReadContext, shape: ChoicesShape) {
    this.#context = context
    this.#shape = shape
  }

  skimmed(event: SseEvent): Edit | undefined {
    NULLS.scan(event.buffer, event.dataStart, event.dataEnd)
    if (!NULLS.anyNull) return 'keep'
    const remove = NEVER_NULL.filter((_, i) => NULLS.isNull(i))
    try {
      return editOf(event, { remove })
    } catch {
      return undefined
    }
  }

  parsed(event: SseEvent, data: JsonObject): Edit {
    const edits = chunkEdits(data, this.#context, this.#shape)
    const set = { ...edits.set }
    if (Object.keys(set).some((key) => key !== 'usage' && key !== 'provider')) this.careful = true
    const remove = [...(edits.remove ?? [])]
    // Running totals on every chunk (xAI, Perplexity): only the last one counts.
    if (usageIn(data) && isRunning(data)) {
      delete set.usage
      remove.push('usage')
    }
    return Object.keys(set).length + remove.length > 0 ? editOf(event, { set, remove }) : 'keep'
  }
}

/** True for a chunk in the middle of an answer: it has choices, and none of them is finished. */
function isRunning(data: JsonObject): boolean {
  const choices = Array.isArray(data.choices) ? data.choices.filter(isObject) : []
  return (
    choices.length > 0 && choices.every((choice) => choice.finish_reason === null || choice.finish_reason === undefined)
  )
}

function editOf(event: SseEvent, edits: BodyEdits): Edit {
  const edited = rewritten(event, edits)
  return edited === event ? 'keep' : edited.raw
}
