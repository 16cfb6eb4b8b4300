import { RouterError } from '../base/errors.ts'
import { type BodyEdits, CompiledEdits, editBody } from '../base/json/edit-body.ts'
import type { JsonObject, Wire } from '../plugins/api.ts'
import type { EncodedCall, EncodeOptions } from '../routing/codec.ts'
import type { Call } from '../routing/ports.ts'
import { EncodedForm } from './encode-form.ts'
import { hasOddNumbers, parseExactTools } from './json-text.ts'
import { type Adapted, applyQuirks, difference } from './quirks/apply.ts'
import { edited } from './read/converted.ts'
import { isObject } from './untyped.ts'
import { clientConverterOf, hubOf, upstreamConverterOf, wireOf } from './wires/index.ts'
import { asksForUsage } from './wires/openai-chat/editor.ts'
import { mayReason } from './wires/openai-chat/models.ts'
import { withoutLongTexts } from './without-long-texts.ts'

/** OpenRouter's request fields that speak to the router and not to the model (its `ChatRequest` schema). */
const ROUTING_FIELDS = [
  'provider',
  'models',
  'route',
  'transforms',
  'plugins',
  'usage',
  'session_id',
  'preset',
  'trace',
  'debug',
] as const

/**
 * The request in wire `to`: bytes spliced when it is the client's own wire, translated through the hub wire otherwise.
 */
export function encode(call: Call, to: Wire, options: EncodeOptions): EncodedCall {
  const counted = wireOf(to)?.counts
  if (counted !== undefined) return { ...encode({ ...call, wire: counted }, counted, options), wire: to }
  return call.wire === to ? spliced(call, options) : translated(call, to, options)
}

function spliced(call: Call, options: EncodeOptions): EncodedCall {
  if (call.form) return new EncodedForm(call.wire, call.form, options, ROUTING_FIELDS)
  const edits = editsOf(call.body, call.wire, call.stream, options)
  const { body: own, names } = adapted(call.body, call.wire, options)
  const spliced = editBody(call.raw, edits)
  const body = own === call.body ? spliced : editBody(spliced, exactChanges(call, options))
  return new SplicedCall(call.wire, body, own, edits, names)
}

/** A request in the client's own wire. */
class SplicedCall implements EncodedCall {
  readonly wire: Wire
  readonly body: Buffer
  readonly json: () => JsonObject
  readonly names: ReadonlyMap<string, string> | undefined
  readonly #own: JsonObject
  readonly #edits: CompiledEdits
  #parsed: JsonObject | undefined

  constructor(
    wire: Wire,
    body: Buffer,
    own: JsonObject,
    edits: CompiledEdits,
    names: ReadonlyMap<string, string> | undefined,
  ) {
    this.wire = wire
    this.body = body
    this.names = names
    this.#own = own
    this.#edits = edits
    this.json = this.#parse.bind(this)
  }

  #parse(): JsonObject {
    this.#parsed ??= edited(this.#own, this.#edits.source)
    return this.#parsed
  }
}

/** Only what changes is written anew, and that from the body with its numbers as they were. */
function exactChanges(call: Call, options: EncodeOptions): BodyEdits {
  const exact = exactBody(call)
  return difference(exact, adapted(exact, call.wire, options).body)
}

/** The body, already in the wire that is sent, as this upstream takes it. */
function adapted(body: JsonObject, wire: Wire, options: EncodeOptions): Adapted {
  const own = wireOf(wire)?.request?.native?.(body, options.upstreamModel) ?? body
  const quirks = options.quirks?.(wire)
  return quirks ? applyQuirks(own, wire, quirks) : { body: own }
}

function translated(call: Call, to: Wire, options: EncodeOptions): EncodedCall {
  const client = exactBody(call)
  const hubWire = hubOf(call.operation)
  const named = { ...client, model: options.upstreamModel }
  const source = edited(named, editsOf(client, call.wire, false, options).source)
  const extensions = to !== hubWire || options.routingFields
  const { maker } = options
  const dropped: string[] = []
  const hubOptions = {
    extensions,
    reasoning: extensions || hasKnob(to, options),
    maker,
    onDropped: (what: string) => dropped.push(what),
  }
  const asked = limited(
    call.wire === hubWire ? source : known(clientConverterOf(call.wire), call.wire).requestToHub(source, hubOptions),
    options,
  )
  const hub = call.asksLogprobs ? { ...asked, logprobs: true } : asked
  const converted =
    to === hubWire
      ? { ...routingFieldsOf(source, options), ...edited(hub, editsOf(hub, to, call.stream, options).source) }
      : known(upstreamConverterOf(to), to).requestFromHub(hub, hubOptions)
  const { body, names } = adapted(converted, to, options)
  return {
    wire: to,
    body: Buffer.from(JSON.stringify(body)),
    json: () => body,
    ...(names && { names }),
    ...(dropped.length > 0 && { dropped }),
  }
}

/**
 * Whether a wish to reason is carried to an upstream with a switch of its own for it. One that takes levels only gets
 * them with models that are known to take them.
 */
function hasKnob(to: Wire, { quirks, upstreamModel }: EncodeOptions): boolean {
  const form = quirks?.(to)?.reasoningKnob?.form
  return form !== undefined && form !== 'reasoning_effort' && mayReason(upstreamModel)
}

/**
 * The client's body with the numbers in tools' input and schemas as they were written; the parsed one when there is
 * none that needs it.
 */
function exactBody(call: Call): JsonObject {
  if (!hasOddNumbers(withoutLongTexts(call.raw))) return call.body
  const exact = parseExactTools(call.raw.toString()) as JsonObject
  if (!wireOf(call.wire)?.request?.addressed) return exact
  const { model, stream } = call.body
  return { ...exact, model, stream }
}

/** A converter keeps only what it knows; an upstream that speaks the routing fields gets them all the same. */
function routingFieldsOf(source: JsonObject, { routingFields }: EncodeOptions): JsonObject {
  if (!routingFields) return {}
  return Object.fromEntries(
    ROUTING_FIELDS.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]),
  )
}

/** Clients of a wire where the limit is required ask for more than models of another wire may write. */
function limited(hub: JsonObject, { maxOutputTokens }: EncodeOptions): JsonObject {
  if (maxOutputTokens === undefined) return hub
  const over = (['max_tokens', 'max_completion_tokens'] as const).filter((name) => Number(hub[name]) > maxOutputTokens)
  return over.length === 0 ? hub : { ...hub, ...Object.fromEntries(over.map((name) => [name, maxOutputTokens])) }
}

function known<Converter>(converter: Converter | undefined, wire: Wire): Converter {
  if (!converter)
    throw new RouterError('ROUTER_BAD_REQUEST', { reason: `A request in the wire ${wire} cannot be translated.` })
  return converter
}

/**
 * Model name, routing fields, and usage asked for in streams. The usual edits of the same options are the same object.
 */
function editsOf(body: JsonObject, wire: Wire, stream: boolean, options: EncodeOptions): CompiledEdits {
  if (wireOf(wire)?.request?.addressed) return ADDRESSED
  const addsUsage =
    stream && options.streamUsage && wireOf(wire)?.request?.usageOnDemand === true && !asksForUsage(body)
  if (addsUsage && isObject(body.stream_options))
    return makeEdits(options, { ...body.stream_options, include_usage: true })
  const cache = addsUsage ? WITH_USAGE : PLAIN
  let edits = cache.get(options)
  if (!edits) {
    edits = makeEdits(options, addsUsage ? { include_usage: true } : undefined)
    cache.set(options, edits)
  }
  return edits
}

/** What stands in the address is not in the body. */
const ADDRESSED = new CompiledEdits({})

const PLAIN = new WeakMap<EncodeOptions, CompiledEdits>()
const WITH_USAGE = new WeakMap<EncodeOptions, CompiledEdits>()

function makeEdits(
  { upstreamModel, routingFields }: EncodeOptions,
  streamOptions: JsonObject | undefined,
): CompiledEdits {
  const set = { model: upstreamModel, ...(streamOptions && { stream_options: streamOptions }) }
  return new CompiledEdits(routingFields ? { set } : { set, remove: ROUTING_FIELDS })
}
