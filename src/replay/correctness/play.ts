import { seeded } from '../../base/random.ts'
import { featuresOf, taskName } from '../../outcomes/quality/features.ts'
import { QualityBook } from '../../outcomes/quality/quality.ts'
import { chooseAmong } from '../../routing/resolve/choose-among.ts'
import type { Prompt } from './read-correctness.ts'

export interface Point {
  /** Share of prompts that the strong model answered. */
  readonly calls: number
  /** Right answers, as a share of the strong model's alone. */
  readonly accuracy: number
}

export interface Setting {
  readonly floor: number
  /** Whether tasks can be told apart. */
  readonly tasks: boolean
  /** Share of answers that somebody judges. */
  readonly feedback: number
}

const SECOND_MS = 1000
const MEMBERS = [
  { model: 'cheap', priceUsd: 1 },
  { model: 'strong', priceUsd: 10 },
]

/**
 * Plays a selector over the prompts: one pass in random order, learning as it goes from the answers of the models it
 * chose and no others.
 */
export function play(prompts: readonly Prompt[], { floor, tasks, feedback }: Setting, seed: number): Point {
  const random = seeded(seed)
  const book = new QualityBook()
  let [calls, right, reference] = [0, 0, 0]
  for (const [index, prompt] of shuffled(prompts, random).entries()) {
    const now = index * SECOND_MS
    const features = featuresOf({
      inputTokens: prompt.inputTokens,
      names: tasks ? [taskName(prompt.task)] : [],
    })
    const { models } = chooseAmong(MEMBERS, {
      quality: book,
      place: 'auto',
      floor,
      limit: 0,
      class: prompt.class,
      features,
      random,
      now,
    })
    const { model } = models[0]!
    const score = model === 'strong' ? prompt.strong : prompt.cheap
    if (model === 'strong') calls++
    right += score
    reference += prompt.strong
    const context = { class: prompt.class, model, features }
    book.judge(context, true, now)
    if (random() >= feedback) continue
    book.recordFeedback(String(index), { ...context, score, weight: 1, implied: false, at: now })
  }
  return { calls: calls / prompts.length, accuracy: right / reference }
}

/** The whole curve: a point for each floor, averaged over the seeds. */
export function curveOf(
  prompts: readonly Prompt[],
  setting: Omit<Setting, 'floor'>,
  floors: readonly number[],
  seeds: number,
) {
  return floors.map((floor) => {
    const points = Array.from({ length: seeds }, (_, seed) => play(prompts, { ...setting, floor }, seed + 1))
    const mean = (value: (point: Point) => number) => points.reduce((sum, point) => sum + value(point), 0) / seeds
    return { floor, calls: mean(({ calls }) => calls), accuracy: mean(({ accuracy }) => accuracy) }
  })
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
