/** One request to make: which endpoint, and for the how-manieth time (from 0). */
export interface Step {
  readonly endpoint: string
  readonly round: number
}

/**
 * The order of requests: round by round, every endpoint once a round, in a fresh random order (Fisher-Yates). So
 * whatever changes while the run lasts (time of day, a busy network, one's own warm-up) falls on all endpoints alike.
 */
export function planRounds(endpoints: readonly string[], rounds: number, random: () => number = Math.random): Step[] {
  const steps: Step[] = []
  for (let round = 0; round < rounds; round += 1) {
    const order = [...endpoints]
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(random() * (last + 1))
      const moved = order[last] as string
      order[last] = order[other] as string
      order[other] = moved
    }
    steps.push(...order.map((endpoint) => ({ endpoint, round })))
  }
  return steps
}

/**
 * Carries out steps in their order, at most `concurrency` at once. After `signal` has aborted no step is begun; the
 * ones under way are waited for. `act` must not reject.
 */
export async function runSteps(
  steps: readonly Step[],
  concurrency: number,
  act: (step: Step) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const queue = steps.values()
  const worker = async (): Promise<void> => {
    for (const step of queue) {
      if (signal.aborted) return
      await act(step)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
