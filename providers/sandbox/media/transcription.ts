import type { JsonObject } from 'commonroute/plugin'
import { isObject } from '../../shared/is-object.ts'
import { SandboxError } from '../sandbox-error.ts'
import { eventsAnswer, isTrue, jsonAnswer, type MediaAnswer, type MediaFile, type MediaRequest } from './service.ts'
import { secondsOf } from './sound.ts'

const WORD_MS = 30

/** What is said of a file that nobody listened to. */
interface Transcript {
  readonly task: 'transcribe' | 'translate'
  readonly text: string
  readonly seconds: number
  readonly usage: JsonObject
}

/** A text that says how much audio came, in each of OpenAI's formats. */
export const transcribe =
  (task: Transcript['task']) =>
  ({ body, files }: MediaRequest): MediaAnswer => {
    const file = files[0] ?? inlined(body.input_audio)
    if (!file) throw wrong('file is missing: send audio as multipart/form-data.')
    const seconds = secondsOf(file.bytes)
    const text = `This is a simulated transcription by sandbox/transcription: no model was run. It was given ${seconds} seconds of audio.`
    const transcript = { task, text, seconds, usage: { type: 'duration', seconds: Math.ceil(seconds) } }
    if (isTrue(body.stream)) return eventsAnswer(events(transcript), WORD_MS)
    const format = String(body.response_format ?? 'json')
    const answer = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
    if (!answer) throw wrong(`response_format must be one of ${Object.keys(FORMATS).join(', ')}.`)
    return answer(transcript)
  }

const plain = (body: string, contentType = 'text/plain; charset=utf-8'): MediaAnswer => ({ contentType, body })

const FORMATS: Readonly<Record<string, (transcript: Transcript) => MediaAnswer>> = {
  json: ({ text, usage }) => jsonAnswer({ text, usage }),
  text: ({ text }) => plain(`${text}\n`),
  srt: ({ text, seconds }) => plain(`1\n${clock(0, ',')} --> ${clock(seconds, ',')}\n${text}\n\n`),
  vtt: ({ text, seconds }) =>
    plain(`WEBVTT\n\n${clock(0, '.')} --> ${clock(seconds, '.')}\n${text}\n\n`, 'text/vtt; charset=utf-8'),
  verbose_json: ({ task, text, seconds, usage }) =>
    jsonAnswer({
      task,
      language: 'english',
      duration: seconds,
      text,
      words: words(text, seconds),
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: seconds,
          text,
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 1,
          no_speech_prob: 0,
        },
      ],
      usage,
    }),
}

function words(text: string, seconds: number): JsonObject[] {
  const all = text.split(' ')
  return all.map((word, at) => ({ word, start: (seconds * at) / all.length, end: (seconds * (at + 1)) / all.length }))
}

/** `00:00:03,200` */
const clock = (seconds: number, point: string) =>
  new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace('.', point)

function* events({ text, usage }: Transcript): Generator<JsonObject> {
  for (const delta of text.match(/\s?\S+/g)!) yield { type: 'transcript.text.delta', delta }
  yield { type: 'transcript.text.done', text, usage }
}

/** OpenRouter's form of a file. */
const inlined = (audio: unknown): MediaFile | undefined =>
  isObject(audio) && typeof audio.data === 'string'
    ? { name: 'audio', bytes: Buffer.from(audio.data, 'base64') }
    : undefined

const wrong = (message: string) => new SandboxError(400, 'invalid_request_error', message)
