import type { JsonObject } from '../plugins/api.ts'
import { PassingSink } from '../routing/passing-sink.ts'
import type { AnswerHead, ClientSink, Explained } from '../routing/ports.ts'
import { routerMetadata } from './router-metadata.ts'

const NAME = 'openrouter_metadata'
/** Events that may be the last one before the end marker: usage, or an error. */
const MAYBE_LAST = /"choices":\s*\[\]|"finish_reason":\s*"error"/
const ENDS = /^data: ?\[DONE\]/m
const STOPS = /"type":\s*"message_stop"/
const RESPONSE_ENDS = /"type":\s*"response\.(?:completed|incomplete|failed)"/
const NOTHING = Buffer.alloc(0)

/**
 * Puts `openrouter_metadata` into an answer for a client that asked for it: into the body, or the last event of a
 * stream.
 */
export class MetadataSink extends PassingSink {
  readonly #isStream: boolean
  #run: Explained | undefined
  #head: AnswerHead | undefined
  /** Of an event that has not come whole. */
  #rest: Buffer = NOTHING
  /** An event that waits for what comes behind it. */
  #held: string | undefined
  #last = ''

  constructor(sink: ClientSink, isStream: boolean) {
    super(sink)
    this.#isStream = isStream
  }

  override explain(run: Explained): void {
    this.#run = run
  }

  /** What there is to say at this moment; undefined before the request has been understood. */
  get metadata(): JsonObject | undefined {
    return this.#run && this.#metadataOf(this.#run)
  }

  override start(head: AnswerHead): void {
    this.#head = head
    super.start(head)
  }

  override write(bytes: Buffer): boolean {
    return super.write(this.#isStream ? Buffer.from(this.#take(bytes)) : bytes)
  }

  override end(bytes: Buffer = NOTHING): void {
    if (!this.#isStream) super.end(this.#whole(bytes))
    else super.end(Buffer.from(this.#take(bytes) + (this.#held ?? '') + this.#rest.toString()))
  }

  #whole(bytes: Buffer): Buffer {
    const { metadata } = this
    return metadata && this.#head?.contentType.startsWith('application/json')
      ? Buffer.from(withMember(bytes.toString(), metadata))
      : bytes
  }

  /** What may go out now. */
  #take(bytes: Buffer): string {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes
    let out = ''
    for (let end = endOfEvent(rest); end > 0; end = endOfEvent(rest)) {
      out += this.#event(rest.toString('utf8', 0, end))
      rest = rest.subarray(end)
    }
    this.#rest = rest
    return out
  }

  /** Only the last event has it: no other one asks for the facts. */
  #event(event: string): string {
    const run = this.#run
    if (!run) return event
    if (STOPS.test(event)) return withData(event, (data) => withMember(data, this.#metadataOf(run)))
    if (RESPONSE_ENDS.test(event)) return withData(event, (data) => withResponse(data, this.#metadataOf(run)))
    const held = this.#held
    this.#held = undefined
    if (ENDS.test(event)) {
      const metadata = this.#metadataOf(run)
      const last =
        held === undefined ? ownEvent(this.#last, metadata) : withData(held, (data) => withMember(data, metadata))
      return last + event
    }
    if (event.startsWith('data:')) this.#last = event
    if (!MAYBE_LAST.test(event)) return (held ?? '') + event
    this.#held = event
    return held ?? ''
  }

  #metadataOf(run: Explained): JsonObject {
    return routerMetadata(run.facts(), this.#head?.endpoint)
  }
}

/** Bytes up to and with the empty line behind the first event; 0 while it has not come whole. */
function endOfEvent(bytes: Buffer): number {
  const [plain, crlf] = [bytes.indexOf('\n\n'), bytes.indexOf('\r\n\r\n')]
  if (crlf >= 0 && (plain < 0 || crlf < plain)) return crlf + 4
  return plain < 0 ? 0 : plain + 2
}

/** Events have one line of data here, and a line of their own behind it. */
const withData = (event: string, change: (data: string) => string) =>
  event.replace(/^data: ?(.*)$/m, (_, data: string) => `data: ${change(data)}`)

/** An object's text with one more member. */
function withMember(json: string, metadata: JsonObject): string {
  const end = json.lastIndexOf('}')
  if (end < 0) return json
  const comma = /\{\s*$/.test(json.slice(0, end)) ? '' : ','
  return `${json.slice(0, end)}${comma}"${NAME}":${JSON.stringify(metadata)}${json.slice(end)}`
}

function withResponse(data: string, metadata: JsonObject): string {
  const event = parsed(data)
  if (typeof event?.response !== 'object') return data
  return JSON.stringify({ ...event, response: { ...event.response, [NAME]: metadata } })
}

/** A chunk without choices, where nothing else could carry it. */
function ownEvent(like: string, metadata: JsonObject): string {
  const chunk = parsed(/^data: ?(.*)$/m.exec(like)?.[1] ?? '')
  if (!chunk) return ''
  const { id, object, created, model } = chunk
  return `data: ${JSON.stringify({ id, object, created, model, choices: [], [NAME]: metadata })}\n\n`
}

function parsed(json: string): JsonObject | undefined {
  try {
    return JSON.parse(json) as JsonObject
  } catch {
    return undefined
  }
}
