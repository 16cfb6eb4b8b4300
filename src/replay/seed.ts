/** One seed from several parts, so that the random numbers of two runs have nothing in common (FNV-1a, 32 bits). */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const character of parts.join('\n')) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  return hash
}
