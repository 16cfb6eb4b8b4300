import type { JsonObject, Operation, Usage } from '../plugins/api.ts'
import type { BenchOperation } from './operations.ts'
import { squarePng } from './square.ts'
import { toneWav } from './tone.ts'

/** A request without the model's name: JSON, or a form when it has a file. */
export interface BenchRequest {
  readonly operation: Operation
  readonly fields: JsonObject
  readonly files?: Readonly<Record<string, File>>
}

/** What an operation is measured with: the same small input each time, and what it asks for. */
interface BenchInput extends Omit<BenchRequest, 'operation'> {
  readonly work: Usage
  /** Tokens of output at most, for an estimate of what it costs. */
  readonly outputTokens: number
}

const SECONDS = 2
const SENTENCE = 'The quick brown fox jumps over the lazy dog, and nobody minds.'
const DOCUMENTS = ['The blue whale is a mammal.', 'Rust is a programming language.', 'Whales sing.', 'Tea is a drink.']
/** Of one image by a model that counts tokens: what gpt-image-1 takes for a large one of high quality. */
const IMAGE_TOKENS = 6_300

const audio = () => ({ file: new File([toneWav(SECONDS)], 'tone.wav', { type: 'audio/wav' }) })

const INPUTS: Readonly<Record<Exclude<BenchOperation, 'chat'>, () => BenchInput>> = {
  completion: () => ({ fields: { prompt: SENTENCE, max_tokens: 100 }, work: {}, outputTokens: 100 }),
  embedding: () => ({ fields: { input: [SENTENCE] }, work: {}, outputTokens: 0 }),
  image: () => ({
    fields: { prompt: 'A grey circle on a white ground.', n: 1 },
    work: { images: 1 },
    outputTokens: IMAGE_TOKENS,
  }),
  image_edit: () => ({
    fields: { prompt: 'Make it blue.', n: 1 },
    files: { image: new File([squarePng(256)], 'square.png', { type: 'image/png' }) },
    work: { images: 1 },
    outputTokens: IMAGE_TOKENS,
  }),
  speech: () => ({
    fields: { input: SENTENCE, voice: 'alloy' },
    work: { characters: SENTENCE.length, seconds: 5 },
    outputTokens: 200,
  }),
  transcription: () => ({ fields: {}, files: audio(), work: { seconds: SECONDS }, outputTokens: 50 }),
  translation: () => ({ fields: {}, files: audio(), work: { seconds: SECONDS }, outputTokens: 50 }),
  rerank: () => ({
    fields: { query: 'Which animals sing?', documents: DOCUMENTS },
    work: { documents: DOCUMENTS.length, searches: 1 },
    outputTokens: 0,
  }),
  moderation: () => ({ fields: { input: SENTENCE }, work: {}, outputTokens: 0 }),
}

/** Undefined for chats, whose prompt is made anew for each request, and for what is not measured. */
export const benchInput = (operation: Operation): BenchInput | undefined =>
  (INPUTS as Readonly<Partial<Record<Operation, () => BenchInput>>>)[operation]?.()

/** Operations that are answered in pieces. */
export const isStreamed = (operation: Operation): boolean => operation === 'chat' || operation === 'speech'
