import { seeded } from '../../base/random.ts'
import { checkOf } from '../../outcomes/quality/check-book.ts'
import { withVerdict } from '../../outcomes/quality/features.ts'
import type { CheckRecord, ModelCandidate, ModelSelection, OutcomeKind } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import type { RouteAttempt } from '../attempt/route-attempt.ts'
import type { Catalogue, RoutableModel } from '../catalogue.ts'
import type { AnswerChecker, CheckFinding } from '../checks.ts'
import type { EngineCore } from '../parts.ts'
import { afterCheck, chanceToEscalate, scoreOf } from '../resolve/cascade.ts'
import { adjustQualityFloor } from '../resolve/choose-among.ts'
import { placeOf } from '../resolve/choose-model.ts'
import { ESCALATION_SALT } from '../resolve/draw-order.ts'
import type { SelectedSteps } from '../resolve/select-steps.ts'
import type { PlanOwner } from './plan-run.ts'

interface Facts {
  /** Of the request. */
  readonly id: string
  readonly class: string
  /** Fingerprint of the client's key; empty: none is asked for. */
  readonly account: string
  readonly seed: number
  readonly selector: RoutableModel
}

/** With how often the check is right by what was learned, and the chance of a good answer before it. */
interface WeighedFinding extends CheckFinding {
  readonly opinions: number
  readonly expected: number
}

/**
 * The cheap model's answer is held back until it has been checked; where a check failed, the next better model is asked
 * as often as that is worth its cost (FrugalGPT's cascade, Chen et al. 2023, with a belief in place of a threshold).
 */
export class Cascade {
  readonly #core: EngineCore
  readonly #checker: AnswerChecker
  readonly #selection: ModelSelection
  readonly #facts: Facts
  readonly #random: () => number
  readonly #records: CheckRecord[] = []
  /** Models in the order in which they are asked, until the dearest. */
  readonly #order: readonly ModelCandidate[]
  #abort: AbortController | undefined
  #passed: boolean | undefined
  #answersUsd = 0
  /** The last answer that was checked: the client gets it where nobody does better. */
  kept: RouteAttempt | undefined

  constructor(core: EngineCore, checker: AnswerChecker, selection: ModelSelection, facts: Facts) {
    this.#core = core
    this.#checker = checker
    this.#selection = selection
    this.#facts = facts
    this.#random = seeded(facts.seed ^ ESCALATION_SALT)
    const { cost = 0 } = selection.models[0]!
    this.#order = selection.models.filter((each, at) => at === 0 || (!each.overBudget && (each.cost ?? 0) >= cost))
  }

  /** Whether a better model might be asked in place of this one. */
  holds(model: string): boolean {
    const at = this.#placeOf(model)
    return at >= 0 && at < this.#order.length - 1
  }

  get wantsLogprobs(): boolean {
    return this.#checker.wantsLogprobs
  }

  /** Whether it may be asked now: once an answer is kept, only for a better one. */
  admits(model: string): boolean {
    return !this.kept || this.#placeOf(model) > this.#placeOf(this.kept.planned.model)
  }

  /** Has a held answer checked. The model to ask in its place; undefined: the answer is to go out. Never rejects. */
  async check(attempt: RouteAttempt, dueMs: number): Promise<string | undefined> {
    this.kept = attempt
    this.#answersUsd += attempt.record?.costUsd ?? 0
    const abort = new AbortController()
    this.#abort = abort
    const deadline = this.#core.wheel.add(Math.max(1, dueMs - performance.now()), () => abort.abort())
    const { model, endpoint } = attempt.planned
    const { heldBytes: bytes, logprob } = attempt
    try {
      return this.#decide(model, endpoint.id, await this.#checker.check({ model, bytes, logprob }, abort.signal))
    } catch (error) {
      // A defect of ours is no reason to keep the answer from its client.
      this.#checker.failed(error)
      return undefined
    } finally {
      deadline.cancel()
    }
  }

  /** The client has left, or the router is going down: nobody waits for a check. */
  abort(): void {
    this.#abort?.abort()
    this.#checker.cancel()
  }

  /** The model has been asked, and its answer will be held. */
  begin(model: string): void {
    this.#checker.begin(model)
  }

  /** The answer that is kept goes out, unless its client has left. */
  deliver({ answer: { sink }, progress }: Pick<PlanOwner, 'answer' | 'progress'>): OutcomeKind {
    if (sink.closed) {
      sink.abort()
      return 'caller_cancelled'
    }
    const { kept } = this
    kept!.deliver()
    progress.answered(kept!)
    return 'ok'
  }

  /** USD of the answer that may still be thrown away, of those before it, and of their checks. */
  get spentUsd(): number {
    return this.#answersUsd + this.costUsd
  }

  /** USD of checks. */
  get costUsd(): number {
    return this.#records.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0)
  }

  /** The selection, with what the checks found. */
  get selection(): ModelSelection {
    const { features } = this.#selection
    return {
      ...this.#selection,
      ...(features && this.#passed !== undefined && { features: withVerdict(features, this.#passed) }),
      ...(this.#records.length > 0 && { checks: this.#records }),
    }
  }

  #decide(model: string, endpoint: string, found: readonly CheckFinding[]): string | undefined {
    const own = this.#order[this.#placeOf(model)]!
    let checked = beliefIn(own)
    const findings = found.map((each): WeighedFinding => {
      const { quality } = this.#core.books
      const check = checkOf(this.#selection.name, each.check)
      const weighed = {
        ...each,
        ...quality.reliability(model, check, each.reliability, this.#core.now(), this.#facts.account),
      }
      const { passed, reliability } = weighed
      const expected = checked.mean
      if (passed !== undefined) checked = afterCheck(checked, { passed, reliability })
      return { ...weighed, expected }
    })
    const failed = findings.find(({ passed }) => passed === false)
    const next = failed && this.#better(model, checked.mean)
    const { floor, weight = 0, models } = this.#selection
    const chance = next ? chanceToEscalate(checked, beliefIn(next), weight * (next.cost ?? 0)) : 0
    const escalated = this.#random() < chance
    if (this.#records.length === 0) {
      const quality = chance * (next?.quality ?? 0) + (1 - chance) * checked.mean
      const { selector } = this.#facts
      const place = placeOf(selector, this.#selection.task ?? '-', this.#core.books.quality)
      adjustQualityFloor(models, { ...place, floor }, { quality, cheapest: own.cost ? 0 : 1 - chance })
    }
    this.#learn(model, endpoint, escalated, failed ?? surest(findings))
    for (const finding of findings)
      this.#records.push({
        ...recordOf(model, finding),
        ...(finding === failed && next && { next: next.model, chance, escalated }),
      })
    return escalated ? next?.model : undefined
  }

  /** A verdict is an opinion on the model's answers. */
  #learn(model: string, endpoint: string, escalated: boolean, finding: CheckFinding | undefined): void {
    if (finding?.passed === undefined) return
    const { passed, reliability } = finding
    this.#passed = passed
    const { features, task, type } = this.#selection
    const { id, class: workload } = this.#facts
    const { books, now } = this.#core
    const opinion = scoreOf({ passed, reliability })
    const context = { model, class: workload, task, ...(features && { features }), endpoint, ...(type && { type }) }
    books.quality.recordFeedback(`check ${id} ${model}`, {
      ...context,
      ...opinion,
      check: escalated ? 'escalated' : 'kept',
      implied: true,
      at: now(),
    })
  }

  /** The next dearer model whose answers are better than this one is taken to be. */
  #better(model: string, quality: number): ModelCandidate | undefined {
    const at = this.#placeOf(model)
    return this.#order.find((each, place) => place > at && each.quality > quality)
  }

  #placeOf(name: string): number {
    return this.#order.findIndex(({ model }) => model === name)
  }
}

const beliefIn = ({ quality, qualitySd }: ModelCandidate) => ({ mean: quality, sd: qualitySd })

/** Of those that could say something. */
const surest = (findings: readonly CheckFinding[]): CheckFinding | undefined =>
  findings
    .filter(({ passed }) => passed !== undefined)
    .reduce<CheckFinding | undefined>(
      (top, each) => (top && top.reliability >= each.reliability ? top : each),
      undefined,
    )

const recordOf = (
  model: string,
  { check, passed, reliability, opinions, expected, detail, totalMs, costUsd }: WeighedFinding,
): CheckRecord => ({
  model,
  check,
  ...(passed !== undefined && { passed, reliability, ...(opinions > 0 && { opinions }), expected }),
  ...(detail !== undefined && { detail }),
  totalMs,
  ...(costUsd !== undefined && { costUsd }),
})

/** Undefined where no answer is to be checked. */
export function cascadeOf(
  { checker, selection }: SelectedSteps,
  { account, call, class: workload, core }: Pick<AttemptContext, 'account' | 'call' | 'class' | 'core'>,
  catalogue: Catalogue,
  seed: number,
): Cascade | undefined {
  if (!checker || !selection) return undefined
  const selector = catalogue.models.get(selection.name)!
  return new Cascade(core, checker, selection, { id: call.id, class: workload, account, seed, selector })
}
