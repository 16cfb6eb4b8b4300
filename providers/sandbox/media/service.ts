import type { JsonObject, Price } from 'commonroute/plugin'
import type { Random } from '../random.ts'

/** What was sent: a JSON body, or the fields of a form with its files. */
export interface MediaRequest {
  readonly body: JsonObject
  readonly files: readonly MediaFile[]
  readonly random: Random
}

export interface MediaFile {
  readonly name: string
  readonly bytes: Buffer
}

/** A whole answer, or pieces that come one after the other. */
export interface MediaAnswer {
  readonly contentType: string
  readonly body: string | Buffer | Iterable<Buffer>
  /** Between two pieces, milliseconds. */
  readonly msPerPiece?: number
}

/** A simulated model for something other than text. It never fails; times and prices are invented. */
export interface Service {
  readonly model: string
  readonly price: Price
  readonly inputModalities: readonly string[]
  /** In OpenRouter's words. */
  readonly output: string
  /** Median time to the answer's beginning. */
  readonly ms: number
  /** Throws SandboxError. */
  answer(request: MediaRequest): MediaAnswer
}

export const jsonAnswer = (body: JsonObject): MediaAnswer => ({
  contentType: 'application/json',
  body: JSON.stringify(body),
})

/** Events that are named by their `type`. */
export const eventsAnswer = (events: Iterable<JsonObject>, msPerPiece: number): MediaAnswer => ({
  contentType: 'text/event-stream',
  body: pieces(events),
  msPerPiece,
})

function* pieces(events: Iterable<JsonObject>): Generator<Buffer> {
  for (const event of events) yield Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

/** Some four characters each. */
export const tokensIn = (text: string) => Math.ceil(text.length / 4)

/** Forms say it in a text. */
export const isTrue = (value: unknown) => value === true || value === 'true'
