import type { BodyEdits } from '../base/json/edit-body.ts'
import type { JsonObject, Operation, Wire } from '../plugins/api.ts'
import type { Codec, InBandError, ReadContext } from '../routing/codec.ts'
import type { ConvertContext, StreamConverter } from './converter.ts'
import { CallDescription } from './describe/describe.ts'
import { referencesIn } from './describe/references.ts'
import { encode } from './encode.ts'
import type { FramingLimits } from './framing/framing.ts'
import { framerOf } from './framing/index.ts'
import { SseParser } from './framing/sse.ts'
import { type Names, restoreNames, StreamRestorer } from './quirks/restore.ts'
import { BytesReader } from './read/bytes.ts'
import { ConvertedReader } from './read/converted.ts'
import { DemandedJson, wantsJson } from './read/demanded-json.ts'
import { failureEvents, refusal } from './read/failure-event.ts'
import { GenericReader, readGenericWhole } from './read/generic.ts'
import { meanLogprob, withLogprobs, withoutLogprobs } from './read/logprobs.ts'
import { MessageReader } from './read/messages.ts'
import type { Meter } from './read/meter.ts'
import { readPlain } from './read/plain.ts'
import { StreamTap } from './read/tap.ts'
import { watchAnswer } from './read/watch.ts'
import { readWhole, type WholeConversion } from './read/whole.ts'
import { eventsOf } from './reframe/to-events.ts'
import { beginsAsStream, wholeOf } from './reframe/to-whole.ts'
import { clientConverterOf, HUB_WIRE, hubOf, upstreamConverterOf, wireOf } from './wires/index.ts'
import { asksForUsage } from './wires/openai-chat/editor.ts'

/** The wires as the engine sees them. One codec serves all requests; its streams share the limits. */
export function createCodec(limits: FramingLimits = {}): Codec {
  return {
    describe: (call) => new CallDescription(call),
    references: referencesIn,
    seals: ({ wire, body }) => wireOf(wire)?.request?.sealed?.seals(body),
    withoutSealed: (call, isForeign) => wireOf(call.wire)?.request?.sealed?.without(call, isForeign) ?? call,
    converts,
    encode,
    counted: (wire) => wireOf(wire)?.counts,
    stream(answered, context) {
      const isBinary = answered === 'binary' && !isEventStream(context.contentType)
      if (isBinary) return new BytesReader(context, wireOf(context.wire)?.bytes?.(context.call.body))
      // A proxy in between may have made events of frames.
      const framing =
        answered === 'binary' || (answered === 'aws-event-stream' && isEventStream(context.contentType))
          ? 'sse'
          : answered
      const meter = meterOf(context)
      if (!meter) return new GenericReader()
      const { call, wire, renamed } = context
      if (wantsJson(call.body)) meter.json = new DemandedJson(call.body)
      const fail = (error: InBandError) => failureEvents(context, error, meter)
      if (framing === 'websocket') return new MessageReader(meter, wireOf(wire)?.messages ?? NEVER, fail)
      if (framing === 'sse' && call.wire === wire && !renamed) {
        const definition = wireOf(wire)
        const ends = { marker: definition?.events?.endMarker, fail }
        return new StreamTap(new SseParser(limits, true), meter, ends, definition?.dialect?.editor?.(context))
      }
      // Clients get server-sent events, so that what is framed otherwise is written anew.
      const framer = framerOf(framing, limits)
      return framer ? new ConvertedReader(framer, meter, chain(context), fail, dialect(context)) : new GenericReader()
    },
    whole(bytes, context) {
      const meter = meterOf(context)
      if (!meter) return readGenericWhole(bytes)
      if (wireOf(context.wire)?.isPlain?.(context.call.body)) return readPlain(bytes, context, meter.usage)
      const streamed = beginsAsStream(bytes)
      const answer = streamed ? wholeOf(context.wire, bytes) : bytes
      if (!answer)
        return {
          ...readGenericWhole(bytes),
          started: false,
          malformed: 'it streamed, and the stream was cut or is none',
        }
      return readWhole(
        answer,
        meter,
        context,
        context.call.wire === context.wire && !context.renamed ? undefined : conversion(context),
      )
    },
    keepAlive: (wire) => wireOf(wire)?.events?.keepAlive,
    refusal,
    hasEvents: (wire) => wireOf(wire)?.events !== undefined,
    unfold(bytes, { wire }) {
      return eventsOf(wire, bytes)
    },
    withLogprobs,
    meanLogprob,
    withoutLogprobs,
    watch: (contentType) => watchAnswer(contentType, limits),
  }
}

const isEventStream = (contentType: string | undefined) => contentType?.startsWith('text/event-stream') === true

/** What is translated goes through the hub wire of the operation. */
function converts(operation: Operation, from: Wire, to: Wire): boolean {
  const hub = hubOf(operation)
  if (from === to) return true
  if (hub === undefined) return false
  return (
    (from === hub || clientConverterOf(from) !== undefined) && (to === hub || upstreamConverterOf(to) !== undefined)
  )
}

function convertContext({ call, provider, model, inputTokens }: ReadContext): ConvertContext {
  const includeUsage = call.flavour === 'openrouter' || call.wire !== HUB_WIRE || asksForUsage(call.body)
  return {
    id: call.id,
    created: Math.floor(call.time / 1000),
    model,
    maker: `${provider}/${model}`,
    request: call.body,
    now: unixSeconds,
    includeUsage,
    ...(call.isKept && { isKept: true }),
    ...(inputTokens !== undefined && { inputTokens }),
  }
}

const unixSeconds = (): number => Math.floor(Date.now() / 1000)

const NEVER = () => false

/**
 * Reads the answer by the request whose tools the upstream knows; undefined for a wire that the router does not know.
 */
function meterOf({ wire, renamed, call }: ReadContext): Meter | undefined {
  return wireOf(wire)?.meter(renamed ? renamed.request : call.body, call.id)
}

const NO_NAMES: Names = new Map()

/** The converters from the upstream's wire to the client's; one of the two may be the hub, and both the same. */
function chain(context: ReadContext): StreamConverter[] {
  const { wire, renamed } = context
  const options = convertContext(context)
  const native = wire === context.call.wire
  const restores = native || renamed !== undefined
  const restorer = restores
    ? new StreamRestorer(wire, renamed?.names ?? NO_NAMES, native, options.includeUsage)
    : undefined
  const from = native ? undefined : upstreamConverterOf(wire)?.streamToHub?.(options)
  const to = native ? undefined : wireOf(context.call.wire)?.converter?.streamFromHub(options)
  return [restorer, from, to].filter((converter) => converter !== undefined)
}

function conversion(context: ReadContext): WholeConversion {
  const { wire, renamed } = context
  const options = convertContext(context)
  const native = wire === context.call.wire
  const from = native ? undefined : upstreamConverterOf(wire)
  const to = native ? undefined : clientConverterOf(context.call.wire)
  return (answer) => {
    const body = renamed ? restoreNames(answer, wire, renamed.names) : answer
    const hub = from ? from.responseToHub(body, options) : body
    return to ? to.responseFromHub(hub, options) : hub
  }
}

/** Edits of every event that is written anew. */
function dialect(context: ReadContext): ((data: JsonObject) => BodyEdits) | undefined {
  const own = context.call.flavour === 'openrouter' ? wireOf(context.call.wire)?.dialect : undefined
  return own?.event && ((data) => own.event!(data, context))
}
