/** Pictures, sound and files: Gemini has one form for all of them, told apart by MIME type. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { objectOf, refuse, stringOf } from '../../../untyped.ts'

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
}

/** A part of a hub message that is no text, as Gemini's. */
export function mediaFromHub(part: JsonObject, field: string): JsonObject {
  switch (part.type) {
    case 'image_url':
      return fromUrl(urlOf(part.image_url), 'image/jpeg', `${field}.image_url.url`)
    case 'video_url':
      return fromUrl(urlOf(part.video_url), 'video/mp4', `${field}.video_url.url`)
    case 'input_audio': {
      const { data, format } = objectOf(part.input_audio)
      return { inlineData: { mimeType: `audio/${stringOf(format) || 'wav'}`, data } }
    }
    case 'file': {
      const { file_data: data } = objectOf(part.file)
      if (typeof data !== 'string')
        return refuse(`${field}.file.file_data`, 'must be given; a file id of another provider means nothing here')
      return /^[a-z]+:/i.test(data)
        ? fromUrl(data, 'application/pdf', `${field}.file.file_data`)
        : { inlineData: { mimeType: 'application/pdf', data } }
    }
    default:
      return refuse(field, `of type "${stringOf(part.type)}" cannot be sent to a gemini endpoint`)
  }
}

const urlOf = (given: unknown): string => (typeof given === 'string' ? given : stringOf(objectOf(given).url))

/** `data:<type>[;...];base64,<data>` (RFC 2397) inline, other addresses for Google to fetch. */
function fromUrl(url: string, usual: string, field: string): JsonObject {
  if (url === '') return refuse(field, 'must be a string')
  const inline = /^data:([^;,]*)((?:;[^;,]*)*),/i.exec(url)
  if (inline) {
    const [head, type, options] = inline
    const data = url.slice(head.length)
    const isBase64 = /;base64/i.test(options ?? '')
    return {
      inlineData: {
        mimeType: type || 'text/plain',
        data: isBase64 ? data : Buffer.from(decoded(data)).toString('base64'),
      },
    }
  }
  const extension = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? ''
  return { fileData: { mimeType: TYPES[extension] ?? usual, fileUri: url } }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The other way. */
export function mediaToHub(part: JsonObject, field: string): JsonObject {
  const { mimeType, data } = objectOf(part.inlineData)
  const type = stringOf(mimeType)
  if (typeof data === 'string') {
    const url = `data:${type};base64,${data.replaceAll('-', '+').replaceAll('_', '/')}`
    if (type.startsWith('image/')) return { type: 'image_url', image_url: { url } }
    if (type.startsWith('audio/'))
      return { type: 'input_audio', input_audio: { data, format: type.slice(6).replace('mpeg', 'mp3') } }
    if (type.startsWith('text/')) return { type: 'text', text: Buffer.from(data, 'base64').toString() }
    return { type: 'file', file: { filename: `file.${type.split('/')[1] ?? 'bin'}`, file_data: url } }
  }
  const { fileUri, mimeType: kind } = objectOf(part.fileData)
  if (/^https?:/.test(stringOf(fileUri)) && stringOf(kind).startsWith('image/'))
    return { type: 'image_url', image_url: { url: fileUri } }
  return refuse(field, 'has no form at other endpoints; send the data itself')
}
