import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const RGBA = 6

/** A grey square as a PNG, for those who edit pictures; below 2 kB. */
export function squarePng(size: number): Buffer<ArrayBuffer> {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.writeUInt8(8, 8)
  head.writeUInt8(RGBA, 9)
  // Each line begins with its filter: none.
  const line = Buffer.concat([Buffer.of(0), Buffer.alloc(4 * size, Buffer.of(0x80, 0x80, 0x80, 0xff))])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => line)))
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
