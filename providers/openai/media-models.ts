import type { Price, PriceTier, Rates } from 'commonroute/plugin'
import type { ModelFacts } from '../shared/model-table.ts'

/*
 * Sources: https://developers.openai.com/api/docs/pricing as published until 2026-10-01 (images, audio, moderation).
 * Tokens are USD per million, images and seconds USD each, characters USD per million.
 */

const FREE: Rates = { prompt: 0, completion: 0 }

/** What it makes are tokens of images, also where the answer does not say so. */
const gptImage = (rates: Required<Pick<Price, 'prompt' | 'imagePrompt' | 'completion' | 'cacheRead'>>): ModelFacts => ({
  price: { ...rates, imageCompletion: rates.completion },
  inputModalities: ['text', 'image'],
  outputModalities: ['image'],
  parameters: [],
})

const dallE = (image: number, ...tiers: readonly PriceTier[]): ModelFacts => ({
  price: { ...FREE, image, tiers },
  inputModalities: ['text', 'image'],
  outputModalities: ['image'],
  parameters: [],
})

const WIDE = ['1024x1792', '1792x1024'] as const
const wide = (image: number, quality?: string): PriceTier[] =>
  WIDE.map((imageSize) => ({ imageSize, ...(quality !== undefined && { quality }), image }))

const speaks = (price: Price): ModelFacts => ({
  price,
  inputModalities: ['text'],
  outputModalities: ['speech'],
  parameters: [],
})

const hears = (price: Price): ModelFacts => ({
  price,
  inputModalities: ['audio'],
  outputModalities: ['transcription'],
  parameters: [],
})

/** Models that make no text: images, speech, transcripts, verdicts. */
export const MEDIA_MODELS: Readonly<Record<string, ModelFacts>> = {
  'gpt-image-1.5': gptImage({ prompt: 5, imagePrompt: 8, completion: 32, cacheRead: 1.25 }),
  'gpt-image-1': gptImage({ prompt: 5, imagePrompt: 10, completion: 40, cacheRead: 1.25 }),
  'gpt-image-1-mini': gptImage({ prompt: 2, imagePrompt: 2.5, completion: 8, cacheRead: 0.2 }),
  'dall-e-3': dallE(0.04, ...wide(0.08), { quality: 'hd', image: 0.08 }, ...wide(0.12, 'hd')),
  'dall-e-2': dallE(0.02, { imageSize: '512x512', image: 0.018 }, { imageSize: '256x256', image: 0.016 }),
  'tts-1': speaks({ ...FREE, character: 15 }),
  'tts-1-hd': speaks({ ...FREE, character: 30 }),
  // By tokens; where only bytes are seen, what OpenAI says that a minute comes to.
  'gpt-4o-mini-tts': speaks({ prompt: 0.6, completion: 12, second: 0.015 / 60 }),
  'whisper-1': hears({ ...FREE, second: 0.006 / 60 }),
  'gpt-4o-transcribe': hears({ prompt: 2.5, audioPrompt: 6, completion: 10 }),
  'gpt-4o-mini-transcribe': hears({ prompt: 1.25, audioPrompt: 3, completion: 5 }),
  'omni-moderation': {
    price: FREE,
    inputModalities: ['text', 'image'],
    parameters: [],
  },
}
