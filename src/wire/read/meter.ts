import type { JsonObject, Usage } from '../../plugins/api.ts'
import type { Reading } from '../../routing/codec.ts'
import type { SseEvent } from '../framing/sse-event.ts'
import { isObject } from '../untyped.ts'

/** Characters. It is kept in memory and logged, for `generation?id=`. */
const MAX_ID_LENGTH = 256
/**
 * Characters of a finish reason that are read: more than is kept, since a secret in it is taken out before it is cut.
 */
const MAX_REASON_LENGTH = 1_000

/** A finish reason as an upstream gave it, bounded. */
export const finishText = (value: unknown): string | undefined => text(value)?.slice(0, MAX_REASON_LENGTH)

/** Judges the text of a stream that a user sees. */
export interface TextJudge {
  add(text: string): void
  /** What is wrong with it, as far as it can be told. */
  problem(meter: Meter): string | undefined
}

/** What has been read of an answer so far; the wires' meters fill it in. */
export abstract class Meter implements Reading {
  started = false
  finished = false
  errorText?: string
  malformed?: string
  invalidOutput: string | undefined
  routerFault?: string
  usage?: Usage
  finishReason?: string
  upstreamId?: string
  keptIds?: readonly string[]
  outputChars = 0
  toolCalls = 0
  /** Of a stream that has to be JSON: then all of its events are parsed. */
  json?: TextJudge
  /** The end marker has been seen: nothing comes after it. */
  ended = false
  /** The event or answer that was just read, as every client understands it; undefined when it is so already. */
  mended: JsonObject | undefined
  /** Events in mid-stream that were no JSON object, and were left out. */
  brokenEvents = 0
  /** A key whose long values it only looks for: it may be given their first characters. It must mend nothing then. */
  readonly blob?: string
  /** Events seen, for wires that number them. */
  events = 0

  /**
   * One parsed event of a stream. `errorText` or `malformed` set by it means that the event must not reach the client.
   */
  abstract event(name: string | undefined, data: JsonObject): void

  /** Whether events may be skimmed from here on. */
  get isSkimmable(): boolean {
    return this.started
  }

  /**
   * Looks at the bytes of an event that `isSkimmable`. True: it is nothing but output, which has been counted, or
   * nothing of interest. False: it has to be parsed.
   */
  abstract skim(event: SseEvent): boolean

  /** A whole answer that is not a stream. */
  abstract whole(body: JsonObject): void

  /** The end marker `[DONE]`. */
  done(): void {
    this.ended = true
    this.finished = true
  }

  /** The first id of the answer counts. */
  protected identify(id: unknown): void {
    if (this.upstreamId === undefined && typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH)
      this.upstreamId = id
  }

  /** Text that the model put out: visible, reasoning or refusal. */
  protected output(text: unknown): void {
    if (typeof text !== 'string' || text === '') return
    this.started = true
    this.outputChars += text.length
  }

  /**
   * The answer has a finish reason. Without visible output it still counts as started when the model did work that does
   * not show (hidden reasoning up to the length limit, a filter); "stop" with no tokens is an empty completion.
   */
  protected finish(reason: string): void {
    this.finished = true
    this.finishReason = reason.slice(0, MAX_REASON_LENGTH)
    this.settle()
  }

  /** To be called when usage comes after the finish reason. */
  protected settle(): void {
    if (this.finished && !this.started && (this.finishReason !== 'stop' || (this.usage?.outputTokens ?? 0) > 0))
      this.started = true
  }
}

/** The objects of an array, which is the same when there is nothing else in it; [] for anything else. */
export function objects(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return NO_OBJECTS
  return value.every(isObject) ? value : value.filter(isObject)
}

const NO_OBJECTS: readonly JsonObject[] = []

/** A non-empty string, or undefined. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The texts of a list of parts. */
export const partsText = (parts: unknown): string =>
  objects(parts)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('')
