import { describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { classOf } from '../../../../src/outcomes/cells/class-of.ts'
import { NOW, outcome } from '../helpers.ts'

const IMAGE = 'image.lt1k.plain'

/** One image in 40 s. */
const image = { class: IMAGE, stream: false, ttftMs: 40_000, totalMs: 40_000, tokensPerSecond: 0.025 }

describe('work that is not counted in tokens', () => {
  it('is of the kinds that the map knows', () => {
    expect(classOf('image_edit', 10, false)).toBe(IMAGE)
    expect(classOf('translation', 2_000, false)).toBe('transcription.lt4k.plain')
  })

  it('has its speed in its own unit, however slow, from whole answers too', () => {
    const book = new OutcomeBook()
    for (let at = 0; at < 30; at++) book.record(outcome({ ...image, at: NOW + at }))
    for (const asked of [IMAGE, undefined]) {
      const { tokensPerSecond } = book.window('a/m', asked, 300, NOW + 30)
      expect(tokensPerSecond?.n).toBe(30)
      expect(tokensPerSecond!.p50 / 0.025).toBeGreaterThan(0.84)
      expect(tokensPerSecond!.p50 / 0.025).toBeLessThan(1.19)
    }
    expect(Math.exp(book.beliefs('a/m', IMAGE, NOW + 30).speed.mean)).toBeCloseTo(0.025, 3)
  })

  it('is expected of strangers at a pace of its kind', () => {
    const speedOf = (kind: string) => Math.exp(new OutcomeBook().beliefs('b/m', `${kind}.lt1k.plain`, NOW).speed.mean)
    expect(speedOf('image')).toBeCloseTo(0.1)
    expect(speedOf('speech')).toBeCloseTo(200)
    expect(speedOf('chat')).toBeCloseTo(50)
  })

  it('counts for speed only where there was an answer', () => {
    const book = new OutcomeBook()
    book.record(outcome({ ...image, kind: 'provider_error' }))
    expect(book.window('a/m', IMAGE, 300, NOW).tokensPerSecond).toBeUndefined()
  })
})
