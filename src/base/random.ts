/**
 * A reproducible random source in [0, 1): mulberry32 (Tommy Ettinger 2017). 32 bits of state: for decisions, not for
 * secrets.
 */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A seed for `seeded`, 32 bits. */
export const drawSeed = (random: () => number): number => Math.floor(random() * 2 ** 32)
