import { seeded } from '../../src/base/random.ts'
import { seedOf } from '../../src/replay/seed.ts'

/** Random draws of one named stream, so that more draws in one place change nothing elsewhere. */
export class Chance {
  readonly next: () => number

  constructor(...name: readonly (string | number)[]) {
    this.next = seeded(seedOf(...name))
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  logNormal(median: number, sd: number): number {
    return median * Math.exp(sd * this.normal())
  }

  /** Time to the next event of a Poisson process. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next()
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!
  }
}

/** A slow random walk around 0 with a sd of `sd` (Ornstein-Uhlenbeck), on a grid of five minutes. */
export function drift(
  chance: Chance,
  sd: number,
  correlationHours: number,
  hours: number,
): (seconds: number) => number {
  const stepS = 300
  const keep = Math.exp(-stepS / 3600 / correlationHours)
  const values = [sd * chance.normal()]
  for (let i = 1; i <= (hours * 3600) / stepS; i++) {
    values.push(keep * values[i - 1]! + sd * Math.sqrt(1 - keep ** 2) * chance.normal())
  }
  return (seconds) => values[Math.min(values.length - 1, Math.floor(seconds / stepS))]!
}
