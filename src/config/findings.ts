import { child, dotted } from './pointer.ts'
import { show } from './secrets.ts'
import type { Source } from './source.ts'
import type { Place, Problem } from './types.ts'

interface Finding {
  /** The offending value; shown unless it is a secret. */
  readonly value?: unknown
  readonly hint?: string | undefined
  readonly place?: Place
}

/** Collects what is wrong and what is odd, each with its place in the file. */
export class Findings {
  readonly #problems: Problem[]
  readonly #warnings: Problem[] = []
  readonly source: Source

  constructor(source: Source) {
    this.source = source
    this.#problems = [...source.problems]
  }

  /** In the order of the file. */
  get problems(): Problem[] {
    return inOrder(this.#problems)
  }

  get warnings(): Problem[] {
    return inOrder(this.#warnings)
  }

  problem(pointer: string, message: string, finding: Finding = {}): void {
    this.#problems.push(this.#describe(pointer, message, finding))
  }

  warn(pointer: string, message: string, finding: Finding = {}): void {
    this.#warnings.push(this.#describe(pointer, message, finding))
  }

  /** A value for use in a message: quoted, or `***`. */
  shown(pointer: string, value: unknown): string {
    return show(value, pointer, this.source.places.fromEnv(pointer))
  }

  /** A problem of the key itself, not of what it holds. */
  keyProblem(pointer: string, key: string, message: string, hint?: string): void {
    const at = child(pointer, key)
    this.problem(at, message, { hint, place: this.source.places.ofKey(at) })
  }

  #describe(pointer: string, message: string, finding: Finding): Problem {
    const { places } = this.source
    return {
      ...(finding.place ?? places.of(pointer)),
      path: dotted(pointer),
      message,
      ...('value' in finding && { value: this.shown(pointer, finding.value) }),
      ...(finding.hint !== undefined && { hint: finding.hint }),
    }
  }
}

const inOrder = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
