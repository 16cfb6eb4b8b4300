/** The thread of `Tokenizer`: loads an encoding when it is first asked for, and counts. */
import { parentPort } from 'node:worker_threads'
import type { Encoding } from './families.ts'
import { split } from './split.ts'
import type { Count, CountAnswer } from './tokenizer.ts'

/** Tokens that have a meaning of their own are text here, as they are to the API of a model. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

const ENCODINGS = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
} as const satisfies Record<Encoding, unknown>

parentPort?.on('message', ({ id, encoding, texts }: Count) => {
  void ENCODINGS[encoding]().then(({ countTokens }) => {
    let tokens = 0
    for (const text of texts) for (const piece of split(text)) tokens += countTokens(piece, AS_TEXT)
    parentPort?.postMessage({ id, tokens } satisfies CountAnswer)
  })
})
