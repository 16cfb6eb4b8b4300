import { hash } from 'node:crypto'
import type { TextRule } from '../../plugins/api.ts'

const PATTERNS = new WeakMap<TextRule, RegExp>()

export function fits(text: string, rule: TextRule): boolean {
  let pattern = PATTERNS.get(rule)
  if (!pattern) {
    pattern = new RegExp(`^[${rule.characters}]{${rule.minLength ?? 1},${rule.maxLength}}$`)
    PATTERNS.set(rule, pattern)
  }
  return pattern.test(text)
}

/** Lower-case letters and digits, the same for the same text; 36 bits in 7 of them, 128 in 25. */
export const digest = (text: string, length: number): string =>
  BigInt(`0x${hash('sha256', text, 'hex')}`)
    .toString(36)
    .slice(0, length)
