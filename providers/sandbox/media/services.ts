import { embed } from '../embeddings.ts'
import { drawImages } from './images.ts'
import { moderate } from './moderation.ts'
import { rerank } from './rerank.ts'
import { jsonAnswer, type Service } from './service.ts'
import { speak } from './speech.ts'
import { transcribe } from './transcription.ts'

const EMBEDDER: Service = {
  model: 'embed',
  output: 'embeddings',
  price: { prompt: 0.02, completion: 0 },
  inputModalities: ['text'],
  ms: 40,
  answer: ({ body }) => jsonAnswer(embed(body)),
}
const IMAGES = {
  model: 'image',
  output: 'image',
  price: { prompt: 0, completion: 0, image: 0.01 },
  inputModalities: ['text', 'image'],
  ms: 900,
}
const TRANSCRIPTION = {
  model: 'transcription',
  output: 'transcription',
  price: { prompt: 0, completion: 0, second: 0.0001 },
  inputModalities: ['audio'],
  ms: 500,
}

/** By the end of the path that is asked. */
export const SERVICES: Readonly<Record<string, Service>> = {
  '/embeddings': EMBEDDER,
  '/images/generations': { ...IMAGES, answer: drawImages('image_generation') },
  '/images/edits': { ...IMAGES, answer: drawImages('image_edit') },
  '/audio/speech': {
    model: 'speech',
    output: 'speech',
    price: { prompt: 0, completion: 0, character: 15 },
    inputModalities: ['text'],
    ms: 200,
    answer: speak,
  },
  '/audio/transcriptions': { ...TRANSCRIPTION, answer: transcribe('transcribe') },
  '/audio/translations': { ...TRANSCRIPTION, answer: transcribe('translate') },
  '/rerank': {
    model: 'rerank',
    output: 'rerank',
    price: { prompt: 0, completion: 0, search: 0.001 },
    inputModalities: ['text'],
    ms: 80,
    answer: rerank,
  },
  '/moderations': {
    model: 'moderation',
    output: 'text',
    price: { prompt: 0, completion: 0 },
    inputModalities: ['text', 'image'],
    ms: 60,
    answer: moderate,
  },
}

/** By the model's name. */
export const MEDIA_MODELS: ReadonlyMap<string, Service> = new Map(
  Object.values(SERVICES).map((service) => [service.model, service]),
)
