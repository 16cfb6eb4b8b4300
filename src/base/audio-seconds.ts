/**
 * How long audio lasts, read off its head: WAV (RIFF), MP3 (ISO 11172-3, with Xing's or Info's count of frames), FLAC
 * (RFC 9639) and Ogg Opus or Vorbis (RFC 3533, from its last page).
 */

/** Bytes of a head that are enough, unless a picture stands before the first frame of an MP3. */
export const HEAD_BYTES = 4096

/**
 * Seconds; undefined when the format is another one, or says nothing. `head`: its first bytes, perhaps all of them, of
 * `length`; `tail`: its last ones, where they are there.
 */
export function audioSeconds(head: Buffer, length: number, tail?: Buffer): number | undefined {
  const seconds = wave(head, length) ?? flac(head) ?? (tail && ogg(head, tail)) ?? mp3(head, length)
  return seconds !== undefined && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined
}

const at = (bytes: Buffer, place: number, text: string) =>
  bytes.length >= place + text.length && bytes.toString('latin1', place, place + text.length) === text

function wave(head: Buffer, length: number): number | undefined {
  if (!at(head, 0, 'RIFF') || !at(head, 8, 'WAVE')) return undefined
  let bytesPerSecond = 0
  for (let place = 12; place + 8 <= head.length; ) {
    const size = head.readUInt32LE(place + 4)
    if (at(head, place, 'fmt ') && place + 20 <= head.length) bytesPerSecond = head.readUInt32LE(place + 16)
    // One that is written as it goes does not know its size.
    if (at(head, place, 'data')) return Math.min(size === 0 ? Infinity : size, length - place - 8) / bytesPerSecond
    place += 8 + size + (size % 2)
  }
  return undefined
}

function flac(head: Buffer): number | undefined {
  if (!at(head, 0, 'fLaC') || head.length < 26) return undefined
  const rate = head.readUIntBE(18, 3) >> 4
  return ((head[21]! & 0x0f) * 2 ** 32 + head.readUInt32BE(22)) / rate
}

function ogg(head: Buffer, tail: Buffer): number | undefined {
  const page = tail.lastIndexOf('OggS')
  if (!at(head, 0, 'OggS') || page < 0 || page + 14 > tail.length) return undefined
  const samples = Number(tail.readBigInt64LE(page + 6))
  // Opus counts samples of 48 kHz, whatever it was made from.
  if (head.indexOf('OpusHead') >= 0) return samples / 48_000
  const vorbis = head.indexOf('\x01vorbis', 0, 'latin1')
  return vorbis >= 0 && vorbis + 16 <= head.length ? samples / head.readUInt32LE(vorbis + 12) : undefined
}

/** kbit/s of layer III, by index: of MPEG 1, and of MPEG 2 and 2.5. */
const RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
]
const SAMPLE_RATES = [44_100, 48_000, 32_000]

function mp3(head: Buffer, length: number): number | undefined {
  const start = at(head, 0, 'ID3') && head.length >= 10 ? 10 + synchsafe(head, 6) : 0
  if (start + 4 > head.length || head[start] !== 0xff || (head[start + 1]! & 0xe6) !== 0xe2) return undefined
  const version = (head[start + 1]! >> 3) & 3
  const sampleRate = SAMPLE_RATES[(head[start + 2]! >> 2) & 3]! / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const rate = RATES[version === 3 ? 0 : 1]![head[start + 2]! >> 4]
  for (const mark of ['Xing', 'Info']) {
    const place = head.subarray(start, start + 64).indexOf(mark)
    if (place < 0 || start + place + 12 > head.length || (head[start + place + 7]! & 1) === 0) continue
    return (head.readUInt32BE(start + place + 8) * (version === 3 ? 1152 : 576)) / sampleRate
  }
  return rate ? ((length - start) * 8) / (rate * 1000) : undefined
}

const synchsafe = (bytes: Buffer, place: number) =>
  (bytes[place]! << 21) | (bytes[place + 1]! << 14) | (bytes[place + 2]! << 7) | bytes[place + 3]!
