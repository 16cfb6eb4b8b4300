import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const TRUE_COLOUR = 2
const BITS = 8

/** A PNG (ISO/IEC 15948) of 8-bit RGB: `pixel` gives the colour at a place. */
export function png(width: number, height: number, pixel: (x: number, y: number) => readonly number[]): Buffer {
  const row = 1 + 3 * width
  const rows = Buffer.alloc(row * height)
  for (let y = 0; y < height; y++) {
    // Each row begins with its filter: none.
    for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * row + 1 + 3 * x)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([BITS, TRUE_COLOUR, 0, 0, 0], 8)
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(typed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}
