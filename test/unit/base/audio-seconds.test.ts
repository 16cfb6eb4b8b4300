import { describe, expect, test } from 'vitest'
import { audioSeconds } from '../../../src/base/audio-seconds.ts'

/** One second of silence: 8 kHz, 16 bit, one channel. */
function wav(dataSize = 16_000): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt32LE(16_000, 28)
  head.write('data', 36)
  head.writeUInt32LE(dataSize, 40)
  return Buffer.concat([head, Buffer.alloc(16_000)])
}

/** Frames of MPEG 1, layer III, 128 kbit/s at 44.1 kHz. */
const mp3 = (length: number) => Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(length - 4)])

describe('the length of audio', () => {
  test('is read off a WAV, also off one that was written as it went', () => {
    expect(audioSeconds(wav(), wav().length)).toBe(1)
    expect(audioSeconds(wav(0xffffffff), wav().length)).toBe(1)
    expect(audioSeconds(wav(0), wav().length)).toBe(1)
  })

  test('follows from the bit rate of an MP3, behind its tag, or from its count of frames', () => {
    expect(audioSeconds(mp3(160_000), 160_000)).toBe(10)
    const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x01\0', 'latin1'), Buffer.alloc(128)])
    expect(audioSeconds(Buffer.concat([tag, mp3(160_000)]), 160_138)).toBe(10)
    const counted = mp3(2000)
    counted.write('Xing', 36)
    counted.writeUInt32BE(1, 40)
    counted.writeUInt32BE(1000, 44)
    expect(audioSeconds(counted, 2000)).toBeCloseTo((1000 * 1152) / 44_100)
  })

  test('stands in FLAC and in the last page of Ogg Opus', () => {
    const flac = Buffer.alloc(42)
    flac.write('fLaC', 0)
    flac.writeUIntBE((48_000 << 4) >>> 0, 18, 3)
    flac.writeUInt32BE(96_000, 22)
    expect(audioSeconds(flac, 42)).toBe(2)
    const opus = Buffer.alloc(200)
    opus.write('OggS', 0)
    opus.write('OpusHead', 28)
    opus.write('OggS', 100)
    opus.writeBigInt64LE(144_000n, 106)
    expect(audioSeconds(opus, 200, opus)).toBe(3)
    expect(audioSeconds(opus, 200)).toBeUndefined()
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a head that is cut', wav().subarray(0, 20)],
    ['a WAV without a rate', Buffer.from('RIFF....WAVEdata....', 'latin1')],
    ['text', Buffer.from('{"text":"hello"}')],
    ['an MP4', Buffer.from('\0\0\0\x20ftypM4A ', 'latin1')],
    ['a tag without frames', Buffer.from('ID3\x04\0\0\0\x7f\x7f\x7f', 'latin1')],
  ])('of %s is not known', (_, bytes) => {
    expect(audioSeconds(bytes, bytes.length, bytes)).toBeUndefined()
  })
})
