const RATE = 8_000
const HERTZ = 440
const HEADER_BYTES = 44
const AMPLITUDE = 0.2 * 0x7fff

/** A soft tone as a WAV file (16 bit, one channel): 16 kB a second. */
export function toneWav(seconds: number): Buffer<ArrayBuffer> {
  const samples = Math.round(RATE * seconds)
  const file = Buffer.alloc(HEADER_BYTES + 2 * samples)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(2 * RATE, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(2 * samples, 40)
  for (let at = 0; at < samples; at++)
    file.writeInt16LE(Math.round(AMPLITUDE * Math.sin((2 * Math.PI * HERTZ * at) / RATE)), HEADER_BYTES + 2 * at)
  return file
}
