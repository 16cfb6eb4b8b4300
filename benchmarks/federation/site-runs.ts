import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Case, Run } from './site-rows.ts'

/** What runs have to have in common to be in one table. */
export interface Terms {
  readonly hours: number
  readonly k: number
  readonly probes: string | null
}

export type WorldOf = Case & { readonly seed: number }

/**
 * Runs as they end; with a file, a line each, so that a table may be made in parts: by several processes at once, or in
 * several sittings.
 */
export class SiteRuns {
  readonly #path: string | undefined
  readonly #terms: string
  #runs: Run[] = []

  constructor(path: string | undefined, terms: Terms) {
    this.#path = path
    this.#terms = JSON.stringify(terms)
    this.read()
  }

  /** Takes what others have added meanwhile. */
  read(): void {
    if (this.#path === undefined || !existsSync(this.#path)) return
    this.#runs = readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line): { terms: Terms; run: Run } => JSON.parse(line))
      .filter(({ terms }) => JSON.stringify(terms) === this.#terms)
      .map(({ run }) => run)
  }

  add(runs: readonly Run[]): void {
    if (this.#path === undefined) this.#runs.push(...runs)
    else {
      const lines = runs.map((run) => `{"terms":${this.#terms},"run":${JSON.stringify(run)}}\n`)
      appendFileSync(this.#path, lines.join(''))
      this.read()
    }
  }

  has(world: WorldOf, variants: readonly string[]): boolean {
    const known = new Set(this.#runs.filter((run) => isOf(run, world)).map(({ variant }) => variant))
    return variants.every((variant) => known.has(variant))
  }

  /** Of the worlds in which all variants were played, so that they are compared over the same ones. */
  whole(variants: readonly string[]): Run[] {
    return this.#runs.filter((run) => variants.includes(run.variant) && this.has(run, variants))
  }
}

const isOf = (run: Run, { kind, sites, traffic, seed }: WorldOf) =>
  run.kind === kind && run.sites === sites && run.traffic === traffic && run.seed === seed
