import type { Writable } from '../../base/writable.ts'
import type { JsonObject, Usage } from '../../plugins/api.ts'
import type { Call, Demand } from '../../routing/ports.ts'
import { wireOf } from '../wires/index.ts'

const PARAMETERS = [
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'top_a',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning',
  'reasoning_effort',
  'verbosity',
  'max_tokens',
  'max_completion_tokens',
] as const

/** Bytes of text that an image stands for when input tokens are estimated at 4 bytes each. */
const IMAGE_BYTES = 4_000

export function demandOf(call: Call): Demand {
  const { body } = call
  const media = MEDIA
  media.images = 0
  media.bytes = 0
  media.audio = 0
  if (Array.isArray(body.messages)) for (const message of body.messages) countMedia(message, media)
  if (Array.isArray(body.input)) for (const item of body.input) countMedia(item, media)
  if (Array.isArray(body.documents)) for (const item of body.documents) countMedia(item, media)
  const work = wireOf(call.wire)?.request?.work?.(body)
  const format = (body.response_format ?? (body.text as JsonObject | null | undefined)?.format) as
    | { type?: unknown }
    | null
    | undefined
  const limit = body.max_completion_tokens ?? body.max_tokens ?? body.max_output_tokens
  const demand: Writable<Demand> = {
    parameters: parametersIn(body),
    structured: isFilled(body.tools) || (format?.type !== undefined && format.type !== 'text'),
    images: media.images > 0,
    audio: media.audio > 0,
    textBytes:
      Math.max(0, textBytesOf(call) - media.bytes) +
      media.images * IMAGE_BYTES +
      Math.round(media.audio * SOUND_SHARE) +
      audioBytes(work),
    maxOutputTokens: typeof limit === 'number' && limit > 0 ? limit : undefined,
  }
  if (typeof body.service_tier === 'string') demand.serviceTier = body.service_tier
  if (work) demand.work = work
  const hosted = wireOf(call.wire)?.request?.hosted?.(body)
  if (hosted !== undefined) demand.hosted = hosted
  return demand
}

/** One for all requests, which are read one after another. */
const MEDIA: Media = { images: 0, bytes: 0, audio: 0 }
const NO_PARAMETERS: readonly string[] = []

function parametersIn(body: JsonObject): readonly string[] {
  let found: string[] | undefined
  for (const name of PARAMETERS) {
    if (body[name] === undefined || body[name] === null) continue
    if (found) found.push(name)
    else found = [name]
  }
  return found ?? NO_PARAMETERS
}

/** Of a form its fields; its files are no text. */
const textBytesOf = ({ contentType, raw, body }: Call): number =>
  contentType.startsWith('multipart/') ? JSON.stringify(body).length : raw.length

/** Bytes of text that a second of audio stands for: ten tokens (OpenAI's and Mistral's models count 10 to 12.5). */
const SECOND_BYTES = 40

const audioBytes = (work: Usage | undefined): number => Math.round((work?.seconds ?? 0) * SECOND_BYTES)

interface Media {
  images: number
  /** Of what is inlined. */
  bytes: number
  /** Of sound among them, in base64. */
  audio: number
}

/** Parts with images or sound of OpenAI's, Anthropic's and Responses' grammars; of embeddings each item is one. */
function countMedia(item: unknown, media: Media): void {
  if (typeof item !== 'object' || item === null) return
  const { content } = item as JsonObject
  if (!Array.isArray(content)) countPart(item as JsonObject, media)
  else for (const part of content as (JsonObject | null)[]) if (part) countPart(part, media)
}

function countPart(part: JsonObject, media: Media): void {
  if (part.type === 'input_audio') {
    const { data } = (part.input_audio ?? part) as JsonObject
    if (typeof data !== 'string') return
    media.bytes += data.length
    media.audio += data.length
  }
  // Jina's have no type.
  const bare = part.type === undefined && typeof part.image === 'string'
  if (!bare && part.type !== 'image_url' && part.type !== 'image' && part.type !== 'input_image') return
  media.images++
  const source = bare ? part.image : (part.image_url ?? (part.source as JsonObject | undefined)?.data)
  const data = typeof source === 'string' ? source : (source as JsonObject | undefined)?.url
  if (typeof data === 'string') media.bytes += data.length
}

/** Bytes of text that sound stands for, by its base64: a second of MP3 at 128 kbit/s takes 21 kB of it. */
const SOUND_SHARE = SECOND_BYTES / 21_000

const isFilled = (value: unknown) => Array.isArray(value) && value.length > 0
