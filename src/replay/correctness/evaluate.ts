import { curveOf, referencesOf } from './play.ts'
import type { Correctness, Prompt } from './read-correctness.ts'

/** `min_quality` of the selector, one play each. */
export const FLOORS: readonly number[] = [0.7, 0.75, 0.8, 0.82, 0.84, 0.86, 0.87, 0.88, 0.89, 0.9, 0.92, 0.95, 1]
/** Share of the strong model's right answers that is to be reached. */
export const TARGET = 0.95

/** What a selector may know: whether requests name their task, and how many answers somebody judges. */
export const SETTINGS = [
  { name: 'task known, every answer judged', tasks: true, feedback: 1 },
  { name: 'task known, one answer in five judged', tasks: true, feedback: 0.2 },
  { name: 'task unknown, every answer judged', tasks: false, feedback: 1 },
] as const

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
  readonly task_known: boolean
  /** Share of answers that somebody judges. */
  readonly judged: number
  /** Strong calls at which the curve passes the target, between its two nearest points; absent when it does not. */
  readonly calls_at_target?: number
  readonly curve: readonly CurvePoint[]
}

export interface CurvePoint {
  readonly min_quality: number
  /** Share of prompts that the strong model answered. */
  readonly calls: number
  readonly accuracy: number
}

/**
 * Plays the selector of production over known answers, for every setting and floor. `onStep` is called after each of
 * SETTINGS x FLOORS points.
 */
export function evaluateCorrectness(
  { cheap, strong, prompts }: Correctness,
  seeds: number,
  onStep = () => {},
): CorrectnessEvaluation {
  const references = referencesOf(prompts, TARGET)
  return {
    prompts: prompts.length,
    cheap,
    strong,
    seeds,
    target: TARGET,
    references: {
      cheap_accuracy: references.cheap,
      coin_calls: references.coin,
      hindsight_calls: references.hindsight,
    },
    settings: SETTINGS.map((setting) => settingOf(prompts, setting, seeds, onStep)),
  }
}

function settingOf(
  prompts: readonly Prompt[],
  setting: (typeof SETTINGS)[number],
  seeds: number,
  onStep: () => void,
): CorrectnessSetting {
  const curve = FLOORS.map((floor): CurvePoint => {
    const [{ calls, accuracy } = { calls: Number.NaN, accuracy: Number.NaN }] = curveOf(
      prompts,
      setting,
      [floor],
      seeds,
    )
    onStep()
    return { min_quality: floor, calls, accuracy }
  })
  const calls = callsAtTarget(curve)
  const { name, tasks, feedback } = setting
  return { name, task_known: tasks, judged: feedback, ...(calls !== undefined && { calls_at_target: calls }), curve }
}

function callsAtTarget(curve: readonly CurvePoint[]): number | undefined {
  const above = curve.findIndex(({ accuracy }) => accuracy >= TARGET)
  const [before, after] = [curve[above - 1], curve[above]]
  if (!after) return undefined
  if (!before) return after.calls
  return before.calls + ((TARGET - before.accuracy) / (after.accuracy - before.accuracy)) * (after.calls - before.calls)
}
