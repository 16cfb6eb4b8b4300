import { audioSeconds } from '../base/audio-seconds.ts'
import { RouterError } from '../base/errors.ts'
import { isObject } from '../base/json/is-object.ts'
import { Form } from '../base/multipart/form.ts'
import { isForm } from '../base/multipart/parse-form.ts'
import type { JsonObject } from '../plugins/api.ts'
import { formOfAudio } from './form-of-audio.ts'
import { type ReadBody, type RequestBody, readJson } from './request-body.ts'

/** Fields that speak to the router, and are objects or lists: in a form, their text may be JSON. */
const STRUCTURED = ['provider', 'models'] as const
/** `response_format` of transcripts that are no JSON, and so never come as events. */
const UNSTREAMED: ReadonlySet<unknown> = new Set(['text', 'srt', 'vtt'])
/** Bytes of the end of a file in which its last page stands. */
const TAIL_BYTES = 64 * 1024

/** Text that is spoken comes as it is made, whatever is asked for. */
export const readSpeech: ReadBody = (bytes, contentType) => {
  const read = readJson(bytes, contentType)
  const { input } = read.body
  if (typeof input !== 'string' || input === '') throw bad('input', 'must be the text to be spoken')
  return { ...read, stream: true }
}

/** A form with a file, or OpenRouter's JSON with the audio in it. */
export const readTranscription: ReadBody = (bytes, contentType) => {
  const read = isForm(contentType) ? readForm(bytes, contentType) : audioInJson(bytes, contentType)
  const { form, body } = read
  const [file] = form!.files('file')
  if (!file) throw bad('file', 'is missing: send the audio as a file of the form')
  if (file.bytes.length === 0) throw bad('file', 'is empty')
  const seconds = audioSeconds(file.bytes, file.bytes.length, file.bytes.subarray(-TAIL_BYTES))
  const { filename } = file
  body.file = { filename, bytes: file.bytes.length, ...(seconds !== undefined && { seconds }) }
  return UNSTREAMED.has(body.response_format) ? { ...read, stream: false } : read
}

/** They never stream. */
export const readTranslation: ReadBody = (bytes, contentType) => ({
  ...readTranscription(bytes, contentType),
  stream: false,
})

/** A form with images, or JSON that names them. */
export const readImageEdit: ReadBody = (bytes, contentType) => {
  const read = isForm(contentType) ? readForm(bytes, contentType) : readJson(bytes, contentType)
  const { form, body } = read
  if (form ? form.files('image').length === 0 : !Array.isArray(body.images) && body.image === undefined)
    throw bad('image', 'is missing: send one or more images as files of a form (multipart/form-data)')
  if (typeof body.prompt !== 'string' || body.prompt === '') throw bad('prompt', 'must say what to change')
  return read
}

export const readImageVariation: ReadBody = (bytes, contentType) => {
  if (!isForm(contentType)) throw bad('image', 'is missing: send it as a file of a form (multipart/form-data)')
  const read = readForm(bytes, contentType)
  if (read.form!.files('image').length === 0) throw bad('image', 'is missing: send it as a file of the form')
  return { ...read, stream: false }
}

function readForm(raw: Buffer, contentType: string): RequestBody {
  const form = new Form(raw, contentType)
  const body: JsonObject = { ...form.fields }
  for (const name of STRUCTURED) body[name] = meant(body[name])
  return { raw, contentType, body, stream: streamIn(body), form }
}

function audioInJson(bytes: Buffer, contentType: string | undefined): RequestBody {
  const { body } = readJson(bytes, contentType)
  const form = formOfAudio(body)
  if (!form) throw bad('file', 'is missing: send a form (multipart/form-data) with the audio as its file')
  return readForm(form.raw, form.contentType)
}

/** Python says `True`. */
function streamIn({ stream }: JsonObject): boolean {
  if (stream === undefined || stream === '') return false
  const said = String(stream).toLowerCase()
  if (said !== 'true' && said !== 'false') throw bad('stream', 'must be true or false')
  return said === 'true'
}

/** What text in a form stands for: JSON, where it is some; in what is nested, true and false. */
function meant(value: unknown): unknown {
  if (typeof value === 'string') return parsed(value)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, BOOLEANS.get(inner) ?? inner]))
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
])

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const bad = (param: string, what: string) =>
  new RouterError('ROUTER_BAD_REQUEST', { reason: `"${param}" ${what}.`, param })
