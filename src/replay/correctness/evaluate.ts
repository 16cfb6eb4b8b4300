import { meanOf, type Point, playsOf, referencesOf, type Setting } from './play.ts'
import type { Correctness, Prompt } from './read-correctness.ts'

/** `min_quality` of the selector, one play each. */
export const FLOORS: readonly number[] = [
  0.5, 0.6, 0.7, 0.8, 0.86, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1,
]
/** Share of the strong model's right answers that is to be reached. */
export const TARGET = 0.95

/**
 * What a selector may know: whether requests name their task, how many answers somebody judges, and how often a check
 * of the cheap model's answers is right. The length is always known. `features`: nobody names the task, but the
 * request shows what it is about; the data have no prompts, so that benchmark and subject stand for it.
 */
export const SETTINGS: readonly (Omit<Setting, 'floor'> & { readonly name: string })[] = [
  { name: 'task known, every answer judged', by: 'task', feedback: 1 },
  { name: 'task known, one answer in five judged', by: 'task', feedback: 0.2 },
  { name: 'task unknown, every answer judged', by: 'length', feedback: 1 },
  { name: 'task unknown, one answer in five judged', by: 'length', feedback: 0.2 },
  { name: 'task unknown, with features, every answer judged', by: 'features', feedback: 1 },
  { name: 'cascade, checker right nine times of ten', by: 'length', feedback: 0.2, reliability: 0.9 },
]

/**
 * What `router replay --correctness --json` prints. Shares from 0 to 1; accuracy is relative to the strong model's
 * alone.
 */
export interface CorrectnessEvaluation {
  readonly prompts: number
  readonly cheap: string
  readonly strong: string
  readonly seeds: number
  readonly target: number
  readonly references: {
    /** Accuracy of the cheap model alone. */
    readonly cheap_accuracy: number
    /** Strong calls of a coin that reaches the target, and of tasks sorted in hindsight. */
    readonly coin_calls: number
    readonly hindsight_calls: number
  }
  readonly settings: readonly CorrectnessSetting[]
}

export interface CorrectnessSetting {
  readonly name: string
  /** Plays, each in another order. */
  readonly seeds: number
  readonly task_known: boolean
  /** Share of answers that somebody judges. */
  readonly judged: number
  /** Share of right verdicts, where every answer of the cheap model is checked. */
  readonly check_right?: number
  /** Strong calls at which the curve passes the target, between its two nearest points; absent when it does not. */
  readonly calls_at_target?: number
  /** The same of each play alone: the least and the most; absent where one of them does not reach the target. */
  readonly calls_at_target_range?: readonly [number, number]
  /** Those `min_quality` at which a coin of the same accuracy would need fewer strong calls. */
  readonly worse_than_coin: readonly number[]
  readonly curve: readonly CurvePoint[]
}

interface CurvePoint {
  readonly min_quality: number
  /** Share of prompts that the strong model answered. */
  readonly calls: number
  readonly accuracy: number
  /** Of a coin that reaches the same accuracy. */
  readonly coin_calls: number
}

/** Plays where nothing is named but the length, whose curves differ most from play to play; fewer of the others. */
const SEEDS = { length: 10, named: 6 } as const

/**
 * Plays the selector of production over known answers, for every setting and floor. `seeds`: plays, default: 10 where
 * only the length is known, else 6. `onStep` is called after each of SETTINGS x FLOORS points.
 */
export function evaluateCorrectness(
  { cheap, strong, prompts }: Correctness,
  seeds: number | undefined,
  onStep = () => {},
): CorrectnessEvaluation {
  const references = referencesOf(prompts, TARGET)
  return {
    prompts: prompts.length,
    cheap,
    strong,
    seeds: seeds ?? SEEDS.length,
    target: TARGET,
    references: {
      cheap_accuracy: references.cheap,
      coin_calls: references.coin,
      hindsight_calls: references.hindsight,
    },
    settings: SETTINGS.map((setting) =>
      settingOf(
        prompts,
        setting,
        references.cheap,
        seeds ?? (setting.by === 'length' ? SEEDS.length : SEEDS.named),
        onStep,
      ),
    ),
  }
}

function settingOf(
  prompts: readonly Prompt[],
  setting: (typeof SETTINGS)[number],
  cheap: number,
  seeds: number,
  onStep: () => void,
): CorrectnessSetting {
  const plays: Point[][] = Array.from({ length: seeds }, () => [])
  const curve = FLOORS.map((floor): CurvePoint => {
    const points = playsOf(prompts, { ...setting, floor }, seeds)
    for (const [seed, point] of points.entries()) plays[seed]!.push(point)
    const { calls, accuracy } = meanOf(points)
    onStep()
    return { min_quality: floor, calls, accuracy, coin_calls: Math.max(0, (accuracy - cheap) / (1 - cheap)) }
  })
  const calls = callsAtTarget(curve)
  const each = plays.map(callsAtTarget).filter((share) => share !== undefined)
  const { name, by, feedback, reliability } = setting
  return {
    name,
    seeds,
    task_known: by === 'task',
    judged: feedback,
    ...(reliability !== undefined && { check_right: reliability }),
    ...(calls !== undefined && { calls_at_target: calls }),
    ...(each.length === seeds && { calls_at_target_range: [Math.min(...each), Math.max(...each)] as const }),
    worse_than_coin: curve.filter((each) => each.calls > each.coin_calls).map(({ min_quality }) => min_quality),
    curve,
  }
}

function callsAtTarget(curve: readonly Point[]): number | undefined {
  const above = curve.findIndex(({ accuracy }) => accuracy >= TARGET)
  const [before, after] = [curve[above - 1], curve[above]]
  if (!after) return undefined
  if (!before) return after.calls
  return before.calls + ((TARGET - before.accuracy) / (after.accuracy - before.accuracy)) * (after.calls - before.calls)
}
