import { audioSeconds } from '../base/audio-seconds.ts'
import { giveBack } from '../base/give-back.ts'
import { isObject } from '../base/json/is-object.ts'
import { Form } from '../base/multipart/form.ts'
import { bytesOf, type FormBytes } from '../base/multipart/form-bytes.ts'
import { isForm } from '../base/multipart/parse-form.ts'
import type { JsonObject } from '../plugins/api.ts'
import { badParameter } from './bad-parameter.ts'
import { formOfAudio } from './form-of-audio.ts'
import { type ReadBody, type ReadForm, type RequestBody, readJson } from './request-body.ts'

/** Fields that speak to the router, and are objects or lists: in a form, their text may be JSON. */
const STRUCTURED = ['provider', 'models'] as const
/** `response_format` of transcripts that are no JSON, and so never come as events. */
const UNSTREAMED: ReadonlySet<unknown> = new Set(['text', 'srt', 'vtt'])
/** Bytes of the head of a file in which its length is looked for, behind a picture perhaps. */
const HEAD_BYTES = 1024 * 1024
/** Bytes of the end of a file in which its last page stands. */
const TAIL_BYTES = 64 * 1024

/** Bytes of either end of a form by which it is known. */
const END_BYTES = 4096

/** Text that is spoken comes as it is made, whatever is asked for. */
export const readSpeech: ReadBody = (bytes, contentType) => {
  const read = readJson(bytes, contentType)
  const { input } = read.body
  if (typeof input !== 'string' || input === '') throw badParameter('input', 'must be the text to be spoken')
  return { ...read, stream: true }
}

/** A form with a file. */
export const readTranscriptionForm: ReadForm = (bytes, contentType) => {
  const read = readForm(bytes, contentType)
  const { form, body } = read
  const [file] = form!.files('file')
  if (!file) throw badParameter('file', 'is missing: send the audio as a file of the form')
  const { filename, bytes: sound } = file
  const { length } = sound
  if (length === 0) throw badParameter('file', 'is empty')
  const seconds = secondsOf(sound)
  body.file = { filename, bytes: length, ...(seconds !== undefined && { seconds }) }
  return UNSTREAMED.has(body.response_format) ? { ...read, stream: false } : read
}

function secondsOf(sound: FormBytes): number | undefined {
  const { length } = sound
  const head = bytesOf(sound, 0, HEAD_BYTES)
  const seconds = audioSeconds(head, length, bytesOf(sound, Math.max(0, length - TAIL_BYTES)))
  if (!Buffer.isBuffer(sound)) giveBack(head)
  return seconds
}

/** The same, or OpenRouter's JSON with the audio in it. */
export const readTranscription: ReadBody = (bytes, contentType) => {
  if (isForm(contentType)) return readTranscriptionForm(bytes, contentType)
  const { raw, contentType: type } = audioInJson(bytes, contentType)
  return readTranscriptionForm(raw, type)
}

/** They never stream. */
export const readTranslationForm: ReadForm = (bytes, contentType) =>
  unstreamed(readTranscriptionForm(bytes, contentType))
export const readTranslation: ReadBody = (bytes, contentType) => unstreamed(readTranscription(bytes, contentType))

/** A form with images. */
export const readImageEditForm: ReadForm = (bytes, contentType) => needEdit(readForm(bytes, contentType))

/** The same, or JSON that names them. */
export const readImageEdit: ReadBody = (bytes, contentType) =>
  isForm(contentType) ? readImageEditForm(bytes, contentType) : needEdit(readJson(bytes, contentType))

export const readImageVariationForm: ReadForm = (bytes, contentType) => {
  const read = readForm(bytes, contentType)
  if (read.form!.files('image').length === 0) throw badParameter('image', 'is missing: send it as a file of the form')
  return unstreamed(read)
}

export const readImageVariation: ReadBody = (bytes, contentType) => {
  if (!isForm(contentType)) throw badParameter('image', 'is missing: send it as a file of a form (multipart/form-data)')
  return readImageVariationForm(bytes, contentType)
}

function needEdit(read: RequestBody): RequestBody {
  const { form, body } = read
  if (form ? form.files('image').length === 0 : !Array.isArray(body.images) && body.image === undefined)
    throw badParameter('image', 'is missing: send one or more images as files of a form (multipart/form-data)')
  if (typeof body.prompt !== 'string' || body.prompt === '') throw badParameter('prompt', 'must say what to change')
  return read
}

const unstreamed = (read: RequestBody): RequestBody => ({ ...read, stream: false })

function readForm(bytes: FormBytes, contentType: string): RequestBody {
  const form = new Form(bytes, contentType)
  const body: JsonObject = { ...form.fields }
  for (const name of STRUCTURED) body[name] = meant(body[name])
  const raw = Buffer.isBuffer(bytes) ? bytes : endsOf(bytes)
  return { raw, contentType, body, stream: streamIn(body), form }
}

const endsOf = (bytes: FormBytes): Buffer =>
  Buffer.concat([bytesOf(bytes, 0, END_BYTES), bytesOf(bytes, Math.max(0, bytes.length - END_BYTES))])

function audioInJson(bytes: Buffer, contentType: string | undefined): { raw: Buffer; contentType: string } {
  const form = formOfAudio(readJson(bytes, contentType).body)
  if (!form) throw badParameter('file', 'is missing: send a form (multipart/form-data) with the audio as its file')
  return form
}

/** Python says `True`. */
function streamIn({ stream }: JsonObject): boolean {
  if (stream === undefined || stream === '') return false
  const text = String(stream).toLowerCase()
  if (text !== 'true' && text !== 'false') throw badParameter('stream', 'must be true or false')
  return text === 'true'
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
