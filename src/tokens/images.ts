import { imageSize } from 'image-size'
import type { ImageRule } from './families.ts'

export interface Pixels {
  readonly width: number
  readonly height: number
}

/**
 * Characters of base64 in which the size is looked for: it stands at the beginning, behind at most a preview and a
 * colour profile.
 */
const HEAD = 512 * 1024
/**
 * Of an image whose size is not known: one at an address, which is not fetched, or one in a file that was uploaded
 * before.
 */
const USUAL: Pixels = { width: 1024, height: 1024 }

/** The size of an image in base64, with or without `data:image/png;base64,` before it. */
export function sizeOf(data: unknown): Pixels {
  if (typeof data !== 'string') return USUAL
  const start = data.startsWith('data:') ? data.indexOf(',') + 1 : 0
  if (start === 0 && /^https?:/.test(data)) return USUAL
  try {
    const { width, height } = imageSize(Buffer.from(data.slice(start, start + HEAD), 'base64'))
    return width > 0 && height > 0 ? { width, height } : USUAL
  } catch {
    return USUAL
  }
}

/** Tokens of an image. */
export function imageTokens(rule: ImageRule, { width, height }: Pixels): number {
  if (rule.kind === 'squares') {
    const scale = Math.min(1, 2048 / Math.max(width, height), 768 / Math.min(width, height))
    return rule.base + rule.each * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512)
  }
  const { side, most, factor, longest = Number.POSITIVE_INFINITY } = rule
  const scale = Math.min(1, longest / Math.max(width, height))
  const patches = Math.ceil((width * scale) / side) * Math.ceil((height * scale) / side)
  return Math.ceil(Math.min(most, patches) * factor)
}
