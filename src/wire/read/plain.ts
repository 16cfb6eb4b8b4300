import type { Usage } from '../../plugins/api.ts'
import type { ReadContext, WholeReading } from '../../routing/codec.ts'
import { errorIn } from './generic.ts'
import { parseObject } from './tolerant-json.ts'

const NO_TEXT = /^(?:audio|image|video)\/|^text\/event-stream/

/** An answer that is text and no JSON, as it was asked for: it goes as it came. Silence may be nothing but a line's end. */
export function readPlain(body: Buffer, context: ReadContext, usage: Usage | undefined): WholeReading {
  const { contentType = 'text/plain; charset=utf-8' } = context
  const errorText = errorIn(body)
  // Servers without plain answers say JSON anyway.
  const isObject = contentType.startsWith('application/json') && body[0] === 0x7b
  const text = isObject && context.call.body.response_format === 'text' ? textIn(body) : undefined
  const isWrong = NO_TEXT.test(contentType) || (isObject && text === undefined)
  return {
    started: errorText === undefined && body.length > 0,
    finished: true,
    outputChars: body.length,
    toolCalls: 0,
    body: text ?? body,
    contentType: text ? 'text/plain; charset=utf-8' : contentType,
    ...(errorText !== undefined && { errorText }),
    ...(isWrong && { malformed: `it answered with ${contentType} where text was asked for` }),
    ...(usage && { usage }),
  }
}

function textIn(body: Buffer): Buffer | undefined {
  const text = parseObject(body.toString())?.text
  return typeof text === 'string' ? Buffer.from(`${text}\n`) : undefined
}
