/** Frames of `application/vnd.amazon.eventstream`, written after the format's page and not after the router's parser. */
import { crc32 } from 'node:zlib'
import type { Json } from './upstream/types.ts'

export function frame(headers: Readonly<Record<string, string>>, payload: string | Buffer): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const size = Buffer.alloc(2)
      size.writeUInt16BE(Buffer.byteLength(value))
      return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7), size, Buffer.from(value)])
    }),
  )
  const body = Buffer.from(payload)
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(head.length + body.length + 16)
  prelude.writeUInt32BE(head.length, 4)
  const message = Buffer.concat([prelude, checksum(prelude), head, body])
  return Buffer.concat([message, checksum(message)])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}

const JSON_TYPE = { ':content-type': 'application/json' }

export const eventFrame = (type: string, payload: Json): Buffer =>
  frame({ ':event-type': type, ...JSON_TYPE, ':message-type': 'event' }, JSON.stringify(payload))

export const exceptionFrame = (type: string, payload: Json): Buffer =>
  frame({ ':exception-type': type, ...JSON_TYPE, ':message-type': 'exception' }, JSON.stringify(payload))

/** As InvokeModelWithResponseStream sends an event of the model's own wire. */
export const chunkFrame = (data: Json): Buffer =>
  eventFrame('chunk', { bytes: Buffer.from(JSON.stringify(data)).toString('base64'), p: 'abcdefgh' })
