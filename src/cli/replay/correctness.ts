import { evaluateCorrectness, FLOORS, SETTINGS } from '../../replay/correctness/evaluate.ts'
import { readCorrectness } from '../../replay/correctness/read-correctness.ts'
import { correctnessReport } from '../../replay/correctness/report.ts'
import { startProgress } from '../../terminal/progress.ts'
import type { Replayed, ReplayFlags } from './flags.ts'

/** Plays a selector over known right and wrong answers. Throws ROUTER_REPLAY_DATA. */
export async function replayCorrectness(path: string, { seeds }: ReplayFlags): Promise<Replayed> {
  const correctness = await readCorrectness(path)
  const progress = startProgress(SETTINGS.length * FLOORS.length, 'Replaying', process.stderr)
  try {
    const evaluation = evaluateCorrectness(correctness, seeds, () => progress.step())
    return { json: evaluation, report: correctnessReport(evaluation) }
  } finally {
    progress.stop()
  }
}
