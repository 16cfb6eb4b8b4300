/** Of every sound here: samples a second, mono, 16 bits. */
export const RATE = 24_000
const BYTES_PER_SAMPLE = 2
const HEADER_BYTES = 44
const PCM = 1
/** A soft A. */
const HERTZ = 440
const LOUDNESS = 3_000

/** Seconds of a piece of a sound that is sent as it comes. */
export const PIECE_SECONDS = 0.25

/** The head of a RIFF WAVE file (Microsoft and IBM, 1991) with so many samples. */
export function waveHead(samples: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES)
  const bytes = samples * BYTES_PER_SAMPLE
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(PCM, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * BYTES_PER_SAMPLE, 28)
  head.writeUInt16LE(BYTES_PER_SAMPLE, 32)
  head.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(bytes, 40)
  return head
}

/** A tone, in pieces of little-endian samples. */
export function* tone(samples: number): Generator<Buffer> {
  const perPiece = RATE * PIECE_SECONDS
  for (let from = 0; from < samples; from += perPiece) {
    const count = Math.min(perPiece, samples - from)
    const piece = Buffer.alloc(count * BYTES_PER_SAMPLE)
    for (let at = 0; at < count; at++) {
      const phase = (2 * Math.PI * HERTZ * (from + at)) / RATE
      piece.writeInt16LE(Math.round(LOUDNESS * Math.sin(phase)), at * BYTES_PER_SAMPLE)
    }
    yield piece
  }
}

/**
 * A frame of MPEG-2 layer III (ISO/IEC 13818-3): 24 kHz, mono, 32 kbit/s, which makes 96 bytes and 24 ms. Without side
 * information it decodes to silence.
 */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xf3, 0x44, 0xc0]), Buffer.alloc(92)])
const SAMPLES_PER_FRAME = 576

/** Silence as MP3, in pieces. */
export function* silence(samples: number): Generator<Buffer> {
  const perPiece = Math.round((RATE * PIECE_SECONDS) / SAMPLES_PER_FRAME)
  for (let left = Math.ceil(samples / SAMPLES_PER_FRAME); left > 0; left -= perPiece)
    yield Buffer.concat(Array.from({ length: Math.min(left, perPiece) }, () => FRAME))
}

/** Of a WAVE file by its own words, of anything else as if it had 128 kbit/s. */
export function secondsOf(bytes: Buffer): number {
  const isWave = bytes.length > HEADER_BYTES && bytes.toString('latin1', 0, 4) === 'RIFF'
  const perSecond = isWave ? bytes.readUInt32LE(28) : 16_000
  const seconds = (bytes.length - (isWave ? HEADER_BYTES : 0)) / (perSecond || 16_000)
  return Math.round(seconds * 100) / 100
}
