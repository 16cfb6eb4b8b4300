import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../../../../web/hub/style/theme.css', import.meta.url), 'utf8')
const [light, dark] = css.split('@media') as [string, string]
const colour = (theme: string, name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)![1]!

/** Contrast ratio of two colours, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_name, theme) => {
  const grounds = ['ground', 'panel', 'code']
  const texts = ['text', 'muted', 'accent', 'good', 'fair', 'poor']
  test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground])))('%s is read on %s', (text, ground) => {
    expect(contrast(colour(theme, text), colour(theme, ground))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(['text', 'poor'])('%s is read on the ground of an incident', (text) => {
    expect(contrast(colour(theme, text), colour(theme, 'poor-ground'))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(['speed', 'price', 'good'])('the badge of %s is read', (badge) => {
    expect(contrast(colour(theme, badge), colour(theme, `${badge}-ground`))).toBeGreaterThanOrEqual(4.5)
  })

  test('controls have an edge that is seen', () => {
    expect(contrast(colour(theme, 'control'), colour(theme, 'panel'))).toBeGreaterThanOrEqual(3)
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('line %i is seen on its panel', (line) => {
    expect(contrast(colour(theme, `s${line}`), colour(theme, 'panel'))).toBeGreaterThanOrEqual(3)
  })
})
