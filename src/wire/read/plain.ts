import type { Usage } from '../../plugins/api.ts'
import type { ReadContext, WholeReading } from '../../routing/ports.ts'
import { errorIn } from './generic.ts'

/** An answer that is text and no JSON, as it was asked for: it goes as it came. Silence may be nothing but a line's end. */
export function readPlain(body: Buffer, { contentType }: ReadContext, usage: Usage | undefined): WholeReading {
  const errorText = errorIn(body)
  return {
    started: errorText === undefined && body.length > 0,
    finished: true,
    outputChars: body.length,
    toolCalls: 0,
    body,
    contentType: contentType ?? 'text/plain; charset=utf-8',
    ...(errorText !== undefined && { errorText }),
    ...(usage && { usage }),
  }
}
