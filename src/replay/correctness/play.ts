import { seeded } from '../../base/random.ts'
import { featuresOf, taskName } from '../../outcomes/quality/features.ts'
import { QualityBook } from '../../outcomes/quality/quality.ts'
import type { ModelCandidate } from '../../plugins/api.ts'
import { afterCheck, chanceToEscalate, scoreOf, type Verdict } from '../../routing/resolve/cascade.ts'
import { chooseAmong, paceAfter } from '../../routing/resolve/choose-among.ts'
import type { Prompt } from './read-correctness.ts'

export interface Point {
  /** Share of prompts that the strong model answered. */
  readonly calls: number
  /** Right answers, as a share of the strong model's alone. */
  readonly accuracy: number
}

export interface Setting {
  readonly floor: number
  /** What tells requests apart beside their length: the name of their task, their features, or nothing. */
  readonly by: 'task' | 'features' | 'length'
  /** Share of answers that somebody judges. */
  readonly feedback: number
  /** Every answer of the cheap model is checked before it goes out, by a check that is right so often. */
  readonly reliability?: number
}

const SECOND_MS = 1000
const PLACE = 'auto'
const MEMBERS = [
  { model: 'cheap', priceUsd: 1 },
  { model: 'strong', priceUsd: 10 },
]

/**
 * Plays a selector over the prompts: one pass in random order, learning as it goes from the answers of the models it
 * chose and no others.
 */
export function play(prompts: readonly Prompt[], setting: Setting, seed: number): Point {
  const { floor, by, feedback, reliability } = setting
  const random = seeded(seed)
  const quality = new QualityBook()
  let [calls, right, reference] = [0, 0, 0]
  for (const [index, prompt] of shuffled(prompts, random).entries()) {
    const now = index * SECOND_MS
    const names = namesOf(prompt, by)
    const features = featuresOf({ inputTokens: prompt.inputTokens, names })
    const before = quality.pace(PLACE)
    const context = { class: prompt.class, features }
    const choice = chooseAmong(MEMBERS, { quality, place: PLACE, floor, limit: 0, random, now, ...context })
    let { model } = choice.models[0]!
    let learned = features
    if (reliability !== undefined) {
      const passed = random() < reliability === (prompt.cheap === 1)
      const checked = cascade(choice.models, before.weight, { passed, reliability }, random)
      quality.setPace(PLACE, paceAfter(before, choice.models, floor, false, checked.answered))
      quality.recordFeedback(`check ${index}`, { ...context, ...checked.said, model: 'cheap', implied: true, at: now })
      model = checked.model
      learned = featuresOf({ inputTokens: prompt.inputTokens, names: [...names, `check:${passed}`] })
    }
    const score = model === 'strong' ? prompt.strong : prompt.cheap
    if (model === 'strong') calls++
    right += score
    reference += prompt.strong
    quality.judge({ class: prompt.class, model }, true, now)
    if (random() >= feedback) continue
    const opinion = { class: prompt.class, model, features: learned, score, weight: 1, implied: false, at: now }
    quality.recordFeedback(String(index), opinion)
  }
  return { calls: calls / prompts.length, accuracy: right / reference }
}

function namesOf({ benchmark, task }: Prompt, by: Setting['by']): string[] {
  if (by === 'length') return []
  return by === 'task' ? [taskName(task)] : [`type:${benchmark}`, `about:${task}`]
}

/** The cheap model answers, its answer is checked, and the strong one is asked where it is worth that. */
function cascade(models: readonly ModelCandidate[], weight: number, verdict: Verdict, random: () => number) {
  const beliefIn = (name: string) => {
    const { quality: mean, qualitySd: sd } = models.find(({ model }) => model === name)!
    return { mean, sd }
  }
  const checked = afterCheck(beliefIn('cheap'), verdict)
  const strong = beliefIn('strong')
  const chance = verdict.passed ? 0 : chanceToEscalate(checked, strong, weight)
  return {
    model: random() < chance ? 'strong' : 'cheap',
    answered: { quality: chance * strong.mean + (1 - chance) * checked.mean, cheapest: 1 - chance },
    said: scoreOf(verdict),
  }
}

/** The whole curve: a point for each floor, averaged over the seeds. */
export function curveOf(
  prompts: readonly Prompt[],
  setting: Omit<Setting, 'floor'>,
  floors: readonly number[],
  seeds: number,
) {
  return floors.map((floor) => ({ floor, ...meanOf(playsOf(prompts, { ...setting, floor }, seeds)) }))
}

/** One play for each seed. */
export const playsOf = (prompts: readonly Prompt[], setting: Setting, seeds: number): Point[] =>
  Array.from({ length: seeds }, (_, seed) => play(prompts, setting, seed + 1))

export function meanOf(points: readonly Point[]): Point {
  const mean = (value: (point: Point) => number) => points.reduce((sum, point) => sum + value(point), 0) / points.length
  return { calls: mean(({ calls }) => calls), accuracy: mean(({ accuracy }) => accuracy) }
}

/** What can be known beforehand: the cheap model alone, a coin that reaches `target`, and tasks sorted in hindsight. */
export function referencesOf(prompts: readonly Prompt[], target: number) {
  const strong = sum(prompts, (prompt) => prompt.strong)
  const cheap = sum(prompts, (prompt) => prompt.cheap) / strong
  let [calls, accuracy] = [0, cheap]
  const tasks = [...Map.groupBy(prompts, ({ task }) => task).values()]
  const gain = (task: readonly Prompt[]) => sum(task, (prompt) => prompt.strong - prompt.cheap)
  for (const task of tasks.sort((a, b) => gain(b) / b.length - gain(a) / a.length)) {
    if (accuracy >= target) break
    calls += task.length / prompts.length
    accuracy += gain(task) / strong
  }
  return { cheap, coin: Math.max(0, (target - cheap) / (1 - cheap)), hindsight: calls }
}

const sum = (prompts: readonly Prompt[], value: (prompt: Prompt) => number) =>
  prompts.reduce((total, prompt) => total + value(prompt), 0)

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
