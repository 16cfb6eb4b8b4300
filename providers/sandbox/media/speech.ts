import type { JsonObject } from 'commonroute/plugin'
import { SandboxError } from '../sandbox-error.ts'
import { eventsAnswer, type MediaAnswer, type MediaRequest, tokensIn } from './service.ts'
import { PIECE_SECONDS, RATE, silence, tone, waveHead } from './sound.ts'

const MAX_CHARACTERS = 4_096
/** As people read aloud. */
const CHARACTERS_PER_SECOND = 15
const MAX_SECONDS = 10
const TOKENS_PER_SECOND = 20
/** Pieces come faster than they are played. */
const PACE = 0.1

const FORMATS: Readonly<
  Record<string, { readonly type: string; readonly sound: (samples: number) => Iterable<Buffer> }>
> = {
  mp3: { type: 'audio/mpeg', sound: silence },
  wav: { type: 'audio/wav', sound: wave },
  pcm: { type: 'audio/pcm', sound: tone },
}

/** A tone as long as the text would take, at most ten seconds; MP3 is silent. */
export function speak({ body }: MediaRequest): MediaAnswer {
  const { input } = body
  if (typeof input !== 'string' || input === '' || input.length > MAX_CHARACTERS)
    throw wrong(`input must be a text of 1 to ${MAX_CHARACTERS} characters.`)
  const name = String(body.response_format ?? 'mp3')
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
  if (!format) throw wrong(`The sandbox speaks ${Object.keys(FORMATS).join(', ')}, and no ${name.slice(0, 20)}.`)
  const seconds = Math.min(MAX_SECONDS, input.length / CHARACTERS_PER_SECOND / (Number(body.speed) || 1))
  const sound = format.sound(Math.max(1, Math.round(seconds * RATE)))
  const msPerPiece = 1000 * PIECE_SECONDS * PACE
  return body.stream_format === 'sse'
    ? eventsAnswer(events(sound, input, seconds), msPerPiece)
    : { contentType: format.type, body: sound, msPerPiece }
}

function* wave(samples: number): Generator<Buffer> {
  yield waveHead(samples)
  yield* tone(samples)
}

/** As https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event has them. */
function* events(sound: Iterable<Buffer>, input: string, seconds: number): Generator<JsonObject> {
  for (const piece of sound) yield { type: 'speech.audio.delta', audio: piece.toString('base64') }
  const [input_tokens, output_tokens] = [tokensIn(input), Math.ceil(seconds * TOKENS_PER_SECOND)]
  yield {
    type: 'speech.audio.done',
    usage: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens },
  }
}

const wrong = (message: string) => new SandboxError(400, 'invalid_request_error', message)
