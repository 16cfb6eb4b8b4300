import { expect, it } from 'vitest'
import { shownFraming } from '../../../src/base/shown-framing.ts'

/** A message of AWS's event stream with so many bytes. */
const message = (total: number): Buffer => {
  const bytes = Buffer.alloc(Math.max(total, 16))
  bytes.writeUInt32BE(total, 0)
  return bytes
}

it.each([
  ['data: {}\n\n', 'sse'],
  [': waiting\n\n', 'sse'],
  ['\n\nevent: ping\n', 'sse'],
  ['\ufeffdata: {}', 'sse'],
  ['{"a":1}\n{"a":2}\n', 'ndjson'],
  [message(40), 'aws-event-stream'],
  [message(8), undefined],
  ['<html>is no stream</html>', undefined],
  ['da', undefined],
  ['', undefined],
])('%j looks like %s', (bytes, framing) => {
  expect(shownFraming(Buffer.from(bytes))).toBe(framing)
})
