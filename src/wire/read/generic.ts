import type { InBandError, StreamReader, WholeReading } from '../../routing/codec.ts'

/**
 * A stream in a wire that the router does not know, passed on as it is: the first bytes are output, and an orderly end
 * is the end.
 */
export class GenericReader implements StreamReader {
  started = false
  finished = false
  readonly outputChars = 0
  readonly toolCalls = 0

  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return []
    this.started = true
    return [chunk]
  }

  end(): readonly Buffer[] {
    this.finished = true
    return []
  }

  /** There is no telling how this wire says it: the stream ends without its end marker. */
  fail(_error: InBandError): readonly Buffer[] {
    return []
  }
}

/**
 * A whole body in a wire that the router does not know: audio, images, reranking. Only a bare JSON error is recognised.
 */
export function readGenericWhole(body: Buffer): WholeReading {
  const reading = { started: body.length > 0, finished: true, outputChars: 0, toolCalls: 0, body }
  const errorText = bareError(body)
  return errorText === undefined ? reading : { ...reading, started: false, errorText }
}

const PAGE = /^\s*<(?:!doctype|html|\?xml)\b/i

/** The error that stands where something else was to be: a bare JSON error, or a page. */
export const errorIn = (body: Buffer): string | undefined =>
  bareError(body) ?? (PAGE.test(body.toString('latin1', 0, Math.min(body.length, 64))) ? body.toString() : undefined)

/** An object with `error` and little else is short; longer bodies are not even parsed. */
const MAX_ERROR_BYTES = 64 * 1024

function bareError(body: Buffer): string | undefined {
  if (body.length > MAX_ERROR_BYTES || body[0] !== 0x7b || !body.includes('"error"')) return undefined
  const text = body.toString()
  try {
    const parsed = JSON.parse(text) as { error?: unknown; data?: unknown; results?: unknown }
    return parsed.error && !parsed.data && !parsed.results ? text : undefined
  } catch {
    return undefined
  }
}
