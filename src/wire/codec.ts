import type { Operation, Wire } from '../plugins/api.ts'
import type { Codec, ReadContext } from '../routing/ports.ts'
import { converters, HUB_WIRE } from './convert/index.ts'
import type { ConvertContext, StreamConverter } from './converter.ts'
import { CallDescription } from './describe/describe.ts'
import { COUNTED_WIRES, encode } from './encode.ts'
import type { SseLimits } from './framing/sse.ts'
import { restoreNames, StreamRestorer } from './quirks/restore.ts'
import { ConvertedReader } from './read/converted.ts'
import { GenericReader, readGenericWhole } from './read/generic.ts'
import { endMarker, inBandError, refusal } from './read/in-band-error.ts'
import { meterFor } from './read/meters.ts'
import { StreamTap } from './read/tap.ts'
import { readWhole, type WholeConversion } from './read/whole.ts'
import { eventsOf, hasEvents } from './reframe/to-events.ts'
import { beginsAsStream, wholeOf } from './reframe/to-whole.ts'
import { asksForUsage, editorFor } from './wires/openai-chat/editor.ts'
import { chunkEdits } from './wires/openai-chat/openrouter.ts'

/** The wires as the engine sees them. One codec serves all requests; its streams share the limits. */
export function createCodec(limits: SseLimits = {}): Codec {
  return {
    describe: (call) => new CallDescription(call),
    converts,
    encode,
    counted: (wire) => COUNTED_WIRES.get(wire),
    stream(framing, context) {
      const meter = framing === 'sse' ? meterFor(context.wire, requestOf(context)) : undefined
      if (!meter) return new GenericReader()
      if (context.call.wire !== context.wire || context.renamed)
        return new ConvertedReader(meter, chain(context), context, dialect(context), limits)
      const ends = {
        marker: endMarker(context.wire),
        failure: (error: Parameters<typeof inBandError>[1]) => inBandError(context, error, meter),
      }
      return new StreamTap(meter, ends, editorFor(context), limits)
    },
    whole(bytes, context) {
      const meter = meterFor(context.wire, requestOf(context))
      if (!meter) return readGenericWhole(bytes)
      const streamed = beginsAsStream(bytes)
      const answer = streamed ? wholeOf(context.wire, bytes) : bytes
      if (!answer) return { ...readGenericWhole(bytes), started: false, malformed: 'it streamed, and the stream was cut or is none' }
      return readWhole(answer, meter, context, context.call.wire === context.wire && !context.renamed ? undefined : conversion(context))
    },
    keepAlive: (wire) => (hasEvents(wire) ? (wire === 'anthropic-messages' ? PING : COMMENT) : undefined),
    refusal: (call, error) => refusal(call, error),
    hasEvents,
    unfold(bytes, { wire }) {
      return eventsOf(wire, bytes)
    },
  }
}

/** Comments of server-sent events; Anthropic's own way is an event, which its clients know. */
const COMMENT = Buffer.from(': keep-alive\n\n')
const PING = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n')

/** Only chats are translated, through the hub wire. */
function converts(operation: Operation, from: Wire, to: Wire): boolean {
  const known = (wire: Wire): boolean => wire === HUB_WIRE || converters.has(wire)
  return from === to || (operation === 'chat' && known(from) && known(to))
}

function convertContext({ call, provider, model, inputTokens }: ReadContext): ConvertContext {
  const includeUsage = call.flavour === 'openrouter' || call.wire !== HUB_WIRE || asksForUsage(call.body)
  return {
    id: call.id,
    created: Math.floor(call.time / 1000),
    model,
    maker: `${provider}/${model}`,
    includeUsage,
    ...(inputTokens !== undefined && { inputTokens }),
  }
}

/** The request whose tools the upstream knows. */
const requestOf = ({ renamed, call }: ReadContext) => (renamed ? { id: call.id, body: renamed.request } : call)

/** The converters from the upstream's wire to the client's; one of the two may be the hub, and both the same. */
function chain(context: ReadContext): StreamConverter[] {
  const { wire, renamed } = context
  const options = convertContext(context)
  const native = wire === context.call.wire
  const restorer = renamed && new StreamRestorer(wire, renamed.names, native, options.includeUsage)
  const from = native ? undefined : converters.get(wire)?.streamToHub(options)
  const to = native ? undefined : converters.get(context.call.wire)?.streamFromHub(options)
  return [restorer, from, to].filter((converter) => converter !== undefined)
}

function conversion(context: ReadContext): WholeConversion {
  const { wire, renamed } = context
  const options = convertContext(context)
  const native = wire === context.call.wire
  const from = native ? undefined : converters.get(wire)
  const to = native ? undefined : converters.get(context.call.wire)
  return (answer) => {
    const body = renamed ? restoreNames(answer, wire, renamed.names) : answer
    const hub = from ? from.responseToHub(body, options) : body
    return to ? to.responseFromHub(hub, options) : hub
  }
}

const dialect = (context: ReadContext): ConstructorParameters<typeof ConvertedReader>[3] =>
  context.call.flavour === 'openrouter' && context.call.wire === HUB_WIRE ? (data) => chunkEdits(data, context) : undefined
