import { type Judged, recordOpinion } from '../../reports/feedback.ts'
import type { Engine } from '../../routing/engine.ts'
import type { RouterBooks } from '../books.ts'
import type { AppState } from '../sharing.ts'
import { Judge } from './judge.ts'

/** A model's word is less than a person's. */
const JUDGE_WEIGHT = 0.5

/** Records what the router itself finds of answers: by how conversations go on, and by asking a judge. */
export function judging(books: RouterBooks, state: AppState, engine: () => Engine, processes: number): Judge {
  const parts = { quality: books.quality, write: (line: string) => state.write(line) }
  const imply = (answer: Judged, signal: string, score: number, weight: number) =>
    recordOpinion(answer, { signal, opinion: { score, weight, implied: true }, time: Date.now() }, parts)
  books.onImplied = ({ answer, signal, score, weight }) => imply(answer, signal, score, weight)
  const onVerdict = (answer: Judged, score: number) => imply(answer, 'judge', score, JUDGE_WEIGHT)
  return new Judge({ engine, processes, onVerdict })
}
